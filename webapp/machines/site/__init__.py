"""The archive as a folder of pages that needs no Python: both languages, both readings, a search in the browser.

Each page is asked of the archive itself, as anybody gets it, and its links are made relative. What only a server can
do (contribute, sign in) is left out, and every page says that it is a copy, of which day, and where the archive was.
The addresses that people print, embed and harvest are there as small pages that lead on, or as the files themselves.
"""

from __future__ import annotations

from pathlib import Path

from webapp.limits import limiter
from webapp.machines.exports import FORMS, Job
from webapp.machines.site.copying import Copy
from webapp.machines.site.spots import Spot, spot_of

__all__ = ["Spot", "as_site", "spot_of"]


def as_site(job: Job, folder: Path) -> None:
    """All pages, the files that they show, and the index of the search."""
    was, limiter.enabled = limiter.enabled, False  # nobody has to be protected from ourselves
    try:
        Copy(job, folder).write()
    finally:
        limiter.enabled = was


FORMS["site"] = as_site
