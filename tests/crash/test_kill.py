"""Kill -9 in the middle of the work, then start again: what was acknowledged exists once, and nothing by halves."""

import json
import os
import socket
import subprocess
import sys
import threading
import time
from datetime import date

import psycopg
import pytest

from bench.approve.load import Run, drive
from bench.approve.site import ROOT, Site, run, site
from yimen.config import database
from yimen.core.postgres import processes

TODAY = date(2026, 11, 24)
pytestmark = pytest.mark.xdist_group("crash")  # one stage for all of them
FULL = pytest.mark.slow


@pytest.fixture(scope="module")
def place(tmp_path_factory, request):
    kept = dict(os.environ)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    os.environ.pop("DATABASE_URL", None)
    with site(tmp_path_factory.mktemp("crash"), port=port, tickets=2400, today=TODAY) as stage:
        stage.start("web")
        stage.start("worker")
        yield stage
    os.environ.clear()
    os.environ.update(kept)


@pytest.mark.parametrize("victim", ["web", "worker", "database"])
@pytest.mark.parametrize("count", [pytest.param(60, id="short"), pytest.param(700, id="full", marks=FULL)])
def test_what_was_acknowledged_survives_the_kill_of(place: Site, victim: str, count: int):
    tickets = [place.tickets.pop() for _ in range(count)]
    first = Run()
    beside = threading.Thread(target=lambda: _into(first, drive(tickets, port=place.port, lines=4)))

    beside.start()
    time.sleep(0.15 if count < 100 else 1.0)
    _kill(place, victim)
    beside.join()
    place.restart(victim)
    open_still = [one for one in tickets if one.case not in set(first.acknowledged)]
    again = drive(open_still, port=place.port, lines=4)

    assert not again.failures
    assert set(first.acknowledged) | set(again.acknowledged) == {one.case for one in tickets}
    assert _written(place, [one.case for one in tickets]) == {(1, True): count}
    assert json.loads(run("yimen.config.cli", "ledger", "verify", "--json"))["clean"] is True


def test_the_worker_outlives_its_database_and_what_was_left_is_done(place: Site):
    """What the outbox held when worker and database were killed is done: the figures are those of the cases."""
    before, after = ([place.tickets.pop() for _ in range(30)] for _ in range(2))
    place.kill("worker")
    drive(before, port=place.port, lines=4)
    known = _newest_worker(place)
    place.start("worker")
    while _newest_worker(place) == known:
        assert place.running["worker"].poll() is None
        time.sleep(0.1)

    _kill(place, "database")
    place.restart("database")
    drive(after, port=place.port, lines=4)

    for _ in range(300):
        with _connected(place) as connection:
            waiting, counted, concluded = connection.execute(UNDONE).fetchone() or (None, None, None)
        if waiting == 0 and counted == concluded:
            break
        time.sleep(0.2)
    assert (waiting, counted) == (0, concluded)
    assert place.running["worker"].poll() is None


def _newest_worker(place: Site) -> object:
    with _connected(place) as connection:
        return connection.execute("SELECT max(id) FROM procrastinate_workers").fetchone()


@pytest.mark.parametrize("delay_s", [0.03, 0.2, *(pytest.param(one, marks=FULL) for one in (0.0, 0.08, 0.13, 0.4))])
def test_a_batch_killed_at_any_moment_leaves_no_snapshot_without_its_row(place: Site, delay_s: float):
    """The process is killed so long after it began to write; what it left is dealt with, and the lake fits the ledger."""
    lake, staging = place.home / "lake", place.home / "lake" / ".staging"
    taking = subprocess.Popen([sys.executable, "-m", "yimen.config.cli", "lake", "take", "population"], cwd=ROOT)
    assert processes.wait_until(
        lambda: any(staging.glob("2*")) or taking.poll() is not None, timeout_s=60, step_s=0.002
    )

    time.sleep(delay_s)
    taking.kill()
    taking.wait()

    with _connected(place) as connection:
        recorded = {str(row[0]) for row in connection.execute(RUNS).fetchall()}
    seen = {one.parent.name for one in lake.glob("population*/*/manifest.json")}
    assert seen <= recorded
    run("yimen.config.cli", "lake", "prune")
    assert json.loads(run("yimen.config.cli", "lake", "verify", "--json"))["clean"] is True
    assert {one.parent.name for one in lake.glob("population*/*/manifest.json")} == recorded
    assert list(staging.iterdir()) == []


RUNS = "SELECT details ->> 'run' FROM ledger_entry WHERE kind = 'BATCH' AND result = 'OK'"


@pytest.mark.parametrize("delay_s", [0.3, pytest.param(0.0, marks=FULL), pytest.param(0.7, marks=FULL)])
def test_a_sealer_killed_in_the_middle_leaves_whole_seals_and_the_next_goes_on(place: Site, delay_s: float):
    place.kill("worker")
    try:
        _seal_killed(place, delay_s)
    finally:
        place.start("worker")


def _seal_killed(place: Site, delay_s: float) -> None:
    run("bench.ledger.fill", "--rows", "11000")
    with _connected(place) as connection:
        before = connection.execute("SELECT count(*) FROM ledger_seal").fetchone()
    sealing = subprocess.Popen([sys.executable, "-m", "yimen.config.cli", "ledger", "seal"], cwd=ROOT)
    with _connected(place) as connection:
        connection.autocommit = True
        assert processes.wait_until(lambda: bool(connection.execute(SEALING).fetchone()), timeout_s=60, step_s=0.005)

    time.sleep(delay_s)
    sealing.kill()
    sealing.wait()
    middle = json.loads(run("yimen.config.cli", "ledger", "verify", "--json"))
    run("yimen.config.cli", "ledger", "seal")
    after = json.loads(run("yimen.config.cli", "ledger", "verify", "--json"))

    assert before is not None
    assert (middle["clean"], after["clean"]) == (True, True)
    assert after["unsealed"] == 0
    assert after["seals"] > before[0]


SEALING = "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND granted AND objid = 2021090"
UNDONE = """
    SELECT (SELECT count(*) FROM core_outbox), (SELECT sum(concluded) FROM cases_itemfigures),
        (SELECT count(*) FROM cases_case WHERE status IN ('APPROVED', 'REFUSED'))
"""


def _kill(place: Site, victim: str) -> None:
    """Kill it, and wait until a killed database is gone: for a moment it still looks as if it ran."""
    postmaster = place.databases[0]
    place.kill(victim)
    if victim == "database":
        assert processes.wait_until(lambda: processes.started(postmaster) is None, timeout_s=10, step_s=0.01)


def _into(kept: Run, seen: Run) -> None:
    kept.acknowledged, kept.failures = seen.acknowledged, seen.failures


def _connected(place: Site) -> psycopg.Connection[tuple[object, ...]]:
    return psycopg.connect(place.server.url(database.NAME, "postgres"))


def _written(place: Site, cases: list[str]) -> dict[tuple[int, bool], int]:
    """How many cases have so many decisions, and a licence if and only if they were approved, one at most."""
    query = """
        SELECT decisions, licences <= 1 AND (licences = 1) = (status = 'APPROVED') AND status <> 'DRAFT', count(*) FROM (
            SELECT c.status,
                (SELECT count(*) FROM cases_decision d WHERE d.case_id = c.id) AS decisions,
                (SELECT count(*) FROM licences_licence l WHERE l.case_id = c.id) AS licences
            FROM cases_case c WHERE c.id = ANY (%s::uuid[])
        ) one GROUP BY 1, 2
    """
    with _connected(place) as connection:
        return {(made, fits): many for made, fits, many in connection.execute(query, [cases]).fetchall()}
