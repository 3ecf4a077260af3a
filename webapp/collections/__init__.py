"""Collections: ordered, annotated choices of messages, essays and nights; what an educator makes."""
