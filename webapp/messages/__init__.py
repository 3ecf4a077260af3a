"""Messages and the claims of what they meant."""
