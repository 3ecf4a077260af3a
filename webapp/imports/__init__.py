"""Rows from outside: the seed data, and the curators' spreadsheets."""
