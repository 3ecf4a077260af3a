"""For machines, and for a hundred years: backups, fixity, exports, the API, feeds and harvesting."""
