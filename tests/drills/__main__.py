"""``make drills``: what happens to the site when a machine dies, counted.

Needs root and Debian's packages (the program names those that are missing). The machines are namespaces of this one;
nothing of them outlives the program. The database servers, etcd, Patroni, HAProxy and the nodes run from the files of
``deploy/``, unchanged.
"""

from __future__ import annotations

import argparse
import json
import shutil
from pathlib import Path

from tests.drills import outcome, world
from tests.drills.drills import DRILLS, Site, drill
from tests.drills.load import compare
from tests.drills.trials import TRIALS

OTHERS = {**TRIALS, "two nodes against one": compare}


def main() -> None:
    """Read what is wanted, make the world, run the drills, print the table."""
    parser = argparse.ArgumentParser(prog="tests.drills", description=__doc__)
    parser.add_argument("names", nargs="*", help="drills and trials; all of them when none is named")
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument(
        "--results", type=Path, default=Path("drills.jsonl"), help="where a line of JSON a round is added"
    )
    parser.add_argument("--logs", type=Path, help="a folder that gets what every machine said")
    asked = parser.parse_args()
    asked.results = asked.results.absolute()
    world.enter()
    site = Site()
    try:
        site.start()
        for name in asked.names or (*OTHERS, *DRILLS):
            if name in OTHERS:
                OTHERS[name](site)
                print(f"tried, and well: {name}", flush=True)
            else:
                drill(site, name, asked.rounds, asked.results)
    finally:
        if asked.logs:
            shutil.copytree(world.base(), asked.logs, dirs_exist_ok=True, ignore=shutil.ignore_patterns(
                "var-*", "srv", "dev-*", "next", "postgresql"))  # fmt: skip
    if asked.results.exists():
        print(outcome.table(json.loads(line) for line in asked.results.read_text().splitlines()))


if __name__ == "__main__":
    main()
