"""What other rooms show on the page of an essay: ways to cite it, to answer it, to follow it."""

from __future__ import annotations

from webapp.broadcasts.panels import Panel, shown

__all__ = ["BENEATH", "Panel", "shown"]

BENEATH: list[Panel] = []
