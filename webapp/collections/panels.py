"""What other rooms show on the page of a collection: ways to cite it, to set work from it, to show it in class."""

from __future__ import annotations

from webapp.broadcasts.panels import Panel, shown

__all__ = ["BENEATH", "BESIDE", "Panel", "shown"]

BESIDE: list[Panel] = []
BENEATH: list[Panel] = []
