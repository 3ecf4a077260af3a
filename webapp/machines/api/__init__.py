"""The API: every record as data to whoever asks, and drafts from those who may draft; one list of operations."""
