"""Broadcasts, nights, the calendar."""
