"""Nights and messages read aloud by synthetic speech: always a reconstruction, and always said to be one."""
