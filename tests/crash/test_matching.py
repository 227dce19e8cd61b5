"""Kill -9 in the middle of matching: the run before stands, the next finds all, and each is told once."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from bench.approve.site import ROOT, run
from yimen.config import database
from yimen.core import postgres
from yimen.lake import store
from yimen.policies.matching import facts_table
from yimen.policies.services import matching

pytestmark = pytest.mark.xdist_group("crash")  # one stage for all of them
FULL = pytest.mark.slow
MEASURE = "steady-reward/m1"
PARTIES, OTHERS, GROUPS = 30, 200_000, 3
DRAW = random.Random(20261125)
SET = """
import os
import django; django.setup()
from yimen.parties.tests import factories as parties
from yimen.policies.tests.factories import published
published()
for number in range(int(os.environ["PARTIES"])):
    print(parties.organisation(f"深圳市第{number}有限公司").pk)
"""
MATCH = """
import sys
import django; django.setup()
from django.utils import timezone
from yimen.policies.services import matching
print("begun", flush=True)
matching.run(at=timezone.now(), whole="whole" in sys.argv)
"""
TELL = """
import django; django.setup()
from django.utils import timezone
from yimen.policies.delivering import from_matches, pushing
pushing.CHUNK = 2
from_matches.tell(at=timezone.now())
"""
LATEST = "SELECT facts, found FROM policies_matchrun ORDER BY started_at DESC LIMIT 1"
LOCKS = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"
PUSHES = "SELECT count(*) FROM policies_push"


@dataclass
class Stage:
    """A platform of its own: its home, its parties, and how long a whole run takes, in seconds."""

    home: Path
    parties: list[str]
    takes_s: float = 0.0

    @property
    def lake(self) -> Path:
        """Return the folder of the lake."""
        return self.home / "lake"

    def ask(self, query: str) -> list[tuple[object, ...]]:
        """Return the answer of its database."""
        with psycopg.connect(postgres.ensure(self.home).url(database.NAME, "postgres")) as connection:
            return connection.execute(query).fetchall()

    def good(self, number: int) -> set[str]:
        """Return which parties are in good standing in the table of this number: another third in each."""
        return {one for place, one in enumerate(self.parties) if place % GROUPS == number % GROUPS}

    def publish(self, number: int) -> None:
        """Publish the table of this number: the parties, and many others who all are in good standing always."""
        good = self.good(number)
        subjects = [*self.parties, *(f"other-{place:06d}" for place in range(OTHERS))]
        abnormal = [one not in good for one in self.parties] + [False] * OTHERS
        columns = {
            facts_table.SUBJECT: pa.array(subjects),
            "org.status": pa.array(["active"] * len(subjects)),
            "org.abnormal_list": pa.array(abnormal),
        }
        with store.draft(facts_table.TABLE, at=datetime.now(UTC), root=self.lake) as draft:
            pq.write_table(pa.table(columns), draft.path)
            draft.close({"number": number})
            draft.publish({})

    def latest(self) -> tuple[int, set[str]]:
        """Return of the newest run the number of its table, and which parties it found."""
        ((facts, found),) = self.ask(LATEST)
        table = store.find(facts_table.TABLE, str(facts), root=self.lake)
        pairs = store.find(matching.TABLE, str(found), root=self.lake)
        assert table is not None
        assert pairs is not None
        return int(str(table.notes["number"])), self.found(pairs)

    def found(self, pairs: store.Snapshot) -> set[str]:
        """Return which parties a snapshot found; that it is whole, with all the others in it, is made sure of."""
        assert store.digest_of(pairs.path) == pairs.sha256
        subjects = pq.read_table(pairs.path)["subject"].to_pylist()
        assert len(subjects) == len(set(subjects)) == pairs.rows
        parties = {one for one in subjects if not one.startswith("other-")}
        assert len(subjects) - len(parties) == OTHERS
        return parties


@pytest.fixture(scope="module")
def stage(tmp_path_factory) -> Iterator[Stage]:
    kept = dict(os.environ)
    home = tmp_path_factory.mktemp("matching")
    os.environ.pop("DATABASE_URL", None)
    os.environ.update(
        YIMEN_HOME=str(home),
        YIMEN_LAKE=str(home / "lake"),
        DJANGO_SETTINGS_MODULE="yimen.config.settings",
        PARTIES=str(PARTIES),
    )
    server = postgres.ensure(home)
    try:
        run("yimen.config.cli", "migrate")
        parties = _python(SET).split()
        assert len(parties) == PARTIES
        yield Stage(home, parties)
    finally:
        server.release()
        postgres.stop(home, force=True)
        os.environ.clear()
        os.environ.update(kept)


def _python(program: str, *arguments: str) -> str:
    command = [sys.executable, "-c", program, *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


def _begun() -> subprocess.Popen[str]:
    """Start matching; return when it has begun."""
    process = subprocess.Popen(
        [sys.executable, "-c", MATCH], cwd=ROOT, stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "begun\n"
    return process


def _killed_after(seconds: float) -> None:
    process = _begun()
    time.sleep(seconds)
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    assert process.stdout is not None
    process.stdout.close()


def _first_run(stage: Stage) -> None:
    """Match a first table from nothing, and take its people as told."""
    with psycopg.connect(postgres.ensure(stage.home).url(database.NAME, "postgres"), autocommit=True) as connection:
        connection.execute("TRUNCATE policies_matchrun, policies_push, notices_notice CASCADE")
        stage.publish(0)
        process, start = _begun(), time.monotonic()
        assert process.wait() == 0
        stage.takes_s = time.monotonic() - start
        assert process.stdout is not None
        process.stdout.close()
        connection.execute("UPDATE policies_matchrun SET told_at = now()")


@pytest.mark.parametrize(
    "parts",
    [
        pytest.param((0.15, 0.45), id="short"),
        pytest.param(tuple(DRAW.uniform(0, 1) for _ in range(20)), id="full", marks=FULL),
    ],
)
def test_killed_while_matching_the_run_before_stands_and_the_next_finds_all_and_each_is_told_once(stage, parts):
    _first_run(stage)
    broken = 0

    for number, part in enumerate(parts, 1):
        stage.publish(number)
        _killed_after(part * stage.takes_s)

        of, found = stage.latest()
        assert of in {number - 1, number}
        assert found == stage.good(of)
        broken += of == number - 1
        for one in store.history(matching.TABLE, root=stage.lake):
            if one.has_rows:
                table = store.find(facts_table.TABLE, str(one.notes["facts"]), root=stage.lake)
                assert table is not None
                assert stage.found(one) == stage.good(int(str(table.notes["number"])))

        _until(lambda: stage.ask(LOCKS) == [(0,)])  # the database has noticed as well
        _python(MATCH)
        assert stage.latest() == (number, stage.good(number))

    assert broken, "no run was killed in the middle"
    _python(MATCH, "whole")
    assert stage.latest() == (len(parts), stage.good(len(parts)))
    _tell_and_count(stage, set().union(*(stage.good(number) for number in range(1, len(parts) + 1))))


def _tell_and_count(stage: Stage, expected: set[str]) -> None:
    """Kill the telling as soon as somebody was told; the next one tells the rest, and nobody twice."""
    newest = "SELECT id FROM policies_matchrun ORDER BY started_at DESC LIMIT 1"
    with psycopg.connect(postgres.ensure(stage.home).url(database.NAME, "postgres"), autocommit=True) as connection:
        # The whole run at the end was for comparison only.
        connection.execute(f"UPDATE policies_matchrun SET told_at = now() WHERE id = ({newest})")
    process = subprocess.Popen([sys.executable, "-c", TELL], cwd=ROOT, start_new_session=True)
    while stage.ask(PUSHES) == [(0,)]:
        assert process.poll() is None, "it was done before it could be killed"
        time.sleep(0.002)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()

    _python(TELL)
    _python(TELL)

    told = [str(one) for (one,) in stage.ask(f"SELECT party_id FROM policies_push WHERE measure = '{MEASURE}'")]
    notices = "SELECT recipient_id FROM notices_notice WHERE key LIKE 'policies.push:%'"
    assert sorted(told) == sorted(expected)
    assert sorted(str(one) for (one,) in stage.ask(notices)) == sorted(expected)
    assert stage.ask("SELECT count(*) FROM policies_matchrun WHERE told_at IS NULL") == [(0,)]


def _until(is_so) -> None:
    for _ in range(500):
        if is_so():
            return
        time.sleep(0.02)
    raise AssertionError("it never became so")
