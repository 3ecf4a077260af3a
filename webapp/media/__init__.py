"""Pictures, scans and recordings of messages, nights and sources."""
