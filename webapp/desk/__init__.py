"""The curators' worktable: what waits, the forms, reviews, conflicts, merges and the history of every record."""
