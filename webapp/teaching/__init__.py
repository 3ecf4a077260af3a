"""The educators' table: share, cite, embed, and what follows from them."""
