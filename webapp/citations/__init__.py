"""Citing what the archive holds: styles for people, formats for programs, quotations for pages."""

from webapp.citations.citable import Citable, When
from webapp.citations.exports import EXPORTS, Export, export, export_many
from webapp.citations.snippets import SNIPPETS, Embed, Snippet
from webapp.citations.styles import STYLES, Citation, Style, cite, usual

__all__ = [
    "EXPORTS",
    "SNIPPETS",
    "STYLES",
    "Citable",
    "Citation",
    "Embed",
    "Export",
    "Snippet",
    "Style",
    "When",
    "cite",
    "export",
    "export_many",
    "usual",
]
