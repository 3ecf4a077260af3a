"""Essays on the futility of messages."""
