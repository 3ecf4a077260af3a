"""What the public offers, its receipt and its answer; and replies to essays and messages."""
