"""The peer of the page benchmarks: the least that Flask can do."""

from flask import Flask

app = Flask(__name__)


@app.get("/")
def ok() -> str:
    """Two letters."""
    return "ok"
