"""The front door: home, about and help, and the permanent addresses."""
