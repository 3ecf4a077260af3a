"""Text: folding, words and stems, slugs, French typography, Markdown. No Flask, no database."""
