"""The archive as its server runs it: with the indexer at work in a thread."""

from webapp import create_app, search

app = create_app()
search.start(app)
