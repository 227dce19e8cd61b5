"""Kill -9 in the middle of a quality run: no result by halves, the run is marked, the next one is whole."""

import hashlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from bench.approve.site import ROOT, run
from yimen.config import database
from yimen.core import postgres

pytestmark = pytest.mark.xdist_group("crash")  # one stage for all of them
ROWS = 60_000
SET = """
import django; django.setup()
from datetime import date
from yimen.datasets.logic import DatasetDefinition, FieldDefinition, GrantDefinition
from yimen.datasets import services
from yimen.parties.tests import factories as parties
parties.agency()
fields = tuple(FieldDefinition(name, name, "string", name, length=9) for name in ("name", "place"))
services.put_dataset(DatasetDefinition("people", "人口", parties.HR, "conditional", "file", "people",
    {"file": "people.csv", "key": "sfz"}, fields))
services.put_grant(GrantDefinition("people", parties.HR, "data-quality", ("name", "place"), "条例", date(2020, 1, 1)))
"""
DIED = """
import django; django.setup()
from yimen.datasets.jobs import mark_died_runs
print(mark_died_runs())
"""


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    """A platform of its own with one dataset: a file of many rows that a department dropped."""
    kept = dict(os.environ)
    os.environ.pop("DATABASE_URL", None)
    os.environ.update(
        YIMEN_HOME=str(tmp_path),
        YIMEN_SOURCE_PEOPLE=f"file://{tmp_path}/drop/",
        DJANGO_SETTINGS_MODULE="yimen.config.settings",
    )
    server = postgres.ensure(tmp_path)
    try:
        run("yimen.config.cli", "migrate")
        drop = tmp_path / "drop" / "people.csv"
        drop.parent.mkdir()
        lines = "".join(f"{n:018d},陈晓雯,深圳市福田区\n" for n in range(ROWS))
        drop.write_text("sfz,name,place\n" + lines, encoding="utf-8")
        digest = hashlib.sha256(drop.read_bytes()).hexdigest()
        drop.with_name("people.csv.sha256").write_text(f"{digest}  people.csv\n", encoding="ascii")
        _python(SET)
        yield tmp_path
    finally:
        server.release()
        postgres.stop(tmp_path, force=True)
        os.environ.clear()
        os.environ.update(kept)


def _python(program: str) -> str:
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout.strip()


def _runs(home: Path) -> list[tuple[str, int]]:
    """Every run's status, oldest first, and how many findings it has."""
    query = """
        SELECT status, (SELECT count(*) FROM datasets_qualityfinding f WHERE f.run_id = r.id)
        FROM datasets_qualityrun r ORDER BY started_at
    """
    with psycopg.connect(postgres.ensure(home).url(database.NAME, "postgres")) as connection:
        return [(str(status), int(count)) for status, count in connection.execute(query).fetchall()]


def test_a_killed_run_leaves_nothing_by_halves(home: Path):
    command = [sys.executable, "-m", "yimen.config.cli", "quality", "run", "people", "--json"]
    running = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, start_new_session=True)
    while not _runs(home):
        assert running.poll() is None
        time.sleep(0.02)
    os.killpg(running.pid, signal.SIGSTOP)  # held where it is, alive
    assert _python(DIED) == "0"

    os.killpg(running.pid, signal.SIGKILL)
    running.wait()

    assert _runs(home) == [("STARTED", 0)]
    assert _python(DIED) == "1"
    subprocess.run(command, cwd=ROOT, capture_output=True, check=False)
    first, second = _runs(home)
    assert first == ("DIED", 0)
    assert second[0] == "DONE"
    assert second[1] > 0
