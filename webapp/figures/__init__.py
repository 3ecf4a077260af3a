"""Figures: drawings that the archive computes of itself, each with its table, its rule and the list behind it."""
