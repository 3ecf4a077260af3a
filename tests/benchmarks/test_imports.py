"""What an import of 10,000 rows costs: time and memory of its dry run, its run, a second round that changes every row,
and its undoing; beside how long the longest of them keeps others from writing."""

from __future__ import annotations

import csv
import io
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import text

from tests.conftest import settings, signed_in
from tests.imports.bringing import Bringing, csv_file
from webapp import create_app
from webapp.database import Database
from webapp.imports import jobs
from webapp.imports.models import Stage

ROWS = 10_000
HEADER = ["clé", "mots exacts", "langue", "traduction (en)", "station", "thème", "sources du libellé", "note (fr)",
          "sens 1 : énoncé (fr)", "sens 1 : énoncé (en)", "sens 1 : but", "sens 1 : statut", "sens 1 : sources",
          "sens 1 : lieu", "sens 1 : réseau", "sens 2 : énoncé (fr)", "sens 2 : statut", "diffusion 1 : date",
          "diffusion 1 : station", "diffusion 1 : heure de Londres", "diffusion 1 : sources"]  # fmt: skip


def rows(many: int) -> Iterator[list[str]]:
    yield HEADER
    for n in range(many):
        yield [f"essai-{n}", f"Le crapaud numéro {n} vole vers la lune {n % 97}", "fr",
               f"Toad number {n} flies to the moon", "bbc-radio-londres", "animals", "s-fr-003 @ p. 12 | s-fr-055",
               "Relevé au carnet.",
               f"Annonçait le parachutage {n} sur un terrain voisin.", f"Announced drop {n} nearby.", "parachute-drop",
               "attested", f"s-fr-003 @ p. {n}", f"Terrain {n % 300}", "nestor-digger", "Peut-être une fausse alerte.",
               "unknown", f"nuit du {n % 27 + 1} au {n % 27 + 2} juin 1944", "bbc-radio-londres", "21:15",
               "s-fr-055"]  # fmt: skip


@contextmanager
def measured(name: str, locked: Locked) -> Iterator[None]:
    Path("/proc/self/clear_refs").write_text("5")  # the peak of memory begins anew
    base, started, worked = _memory("VmRSS"), time.perf_counter(), time.process_time()
    locked.longest = 0.0
    yield
    seconds, memory = time.perf_counter() - started, (_memory("VmHWM") - base) / 1024
    cpu = time.process_time() - worked
    print(f"{name:20} {seconds:8.1f} {cpu:8.1f} {memory:8.0f} {locked.longest:26.2f}", flush=True)


def _memory(name: str) -> int:
    status = Path("/proc/self/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith(name)).split()[1])


class Locked(threading.Thread):
    """A colleague who saves all the time, and notes the longest that a save had to wait."""

    def __init__(self, database: Database) -> None:
        super().__init__(daemon=True)
        self.database, self.longest, self.over = database, 0.0, False

    def run(self) -> None:
        while not self.over:
            started = time.perf_counter()
            try:
                with self.database.writing() as own:
                    own.execute(text("UPDATE seeded SET sha256 = sha256 WHERE key = 'folder'"))
            except Exception as error:
                print("a colleague's save failed:", error)
            self.longest = max(self.longest, time.perf_counter() - started)
            time.sleep(0.05)


def test_ten_thousand_rows(seeded_file: Path, tmp_path: Path) -> None:
    shutil.copy(seeded_file, tmp_path / "carottes.db")
    app = create_app(settings(tmp_path))
    database: Database = app.extensions["database"]
    client = signed_in(app, "editor")
    locked = Locked(database)
    locked.start()
    with database.new_session(writes=False) as session:
        who = Bringing(app, client, session)

        def timed(name: str, work: Callable[[], object]) -> None:
            with measured(name, locked):
                work()

        content = csv_file(rows(ROWS))
        print(f"\n{ROWS} rows, {len(HEADER)} columns, {len(content) / 1e6:.1f} MB")
        print(f"{'':20} {'seconds':>8} {'of CPU':>8} {'MB more':>8} {'longest wait of others, s':>26}")
        timed("upload", lambda: who.send(content))
        timed("dry run", lambda: who.press(1, "plan", create="on", publish="on"))
        assert who.look(1).planned, who.problems(who.look(1))[:5]
        timed("run, published", lambda: who.press(1, "run"))
        assert who.look(1).stage == Stage.DONE, who.look(1).trouble
        out: list[bytes] = []
        timed("export, CSV", lambda: out.append(client.get("/desk/imports/export.csv?lang=en").data))
        timed("export, XLSX", lambda: out.append(client.get("/desk/imports/export.xlsx?lang=en").data))
        lines = list(csv.reader(io.StringIO(out[0].decode("utf-8-sig"))))
        note = lines[0].index("Note (fr)")
        for line in lines[1:]:
            line[note] += " Relu."
        needed = [n for n, name in enumerate(lines[0]) if n in (0, 2, note)]
        changed = csv_file([[line[n] for n in needed] for line in lines])
        timed("upload of changes", lambda: who.send(changed))
        timed("dry run of changes", lambda: who.press(2, "plan", publish="on"))
        assert who.look(2).counts["change"] == len(lines) - 1, who.problems(who.look(2))[:3]
        timed("run of changes", lambda: who.press(2, "run"))
        assert who.look(2).stage == Stage.DONE
        timed("undo of changes", lambda: who.press(2, "undo"))
        timed("undo", lambda: who.press(1, "undo"))
        assert (who.look(1).stage, who.look(2).stage) == (Stage.UNDONE, Stage.UNDONE), who.look(1).trouble[:3]
    locked.over = True
    locked.join()
    jobs.wait(app)
    database.engine.dispose()
