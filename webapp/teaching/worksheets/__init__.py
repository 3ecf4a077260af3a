"""Worksheets: a sheet for pupils and, at another address, its key; the same for the same number, next year too."""
