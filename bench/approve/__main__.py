"""Run it: `python -m bench.approve`."""

import argparse
import os
import platform
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import psycopg

from bench.approve.load import Run, drive
from bench.approve.processor import spent
from bench.approve.site import site
from bench.approve.tickets import Ticket
from yimen.config import database
from yimen.core import postgres
from yimen.core.postgres import binaries

WARM_UP = 300


def main() -> int:
    """Set the stage in a folder of its own, measure, print the table."""
    parser = argparse.ArgumentParser(prog="python -m bench.approve", description=__doc__)
    parser.add_argument("--approvals", type=int, default=3000, help="how many in each run")
    parser.add_argument("--lines", type=int, default=8, help="connections at a time")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--threads", type=int, default=4, help="of each worker")
    parser.add_argument("--port", type=int, default=8765)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="yimen-bench-") as folder:
        _measure(Path(folder), arguments)
    return 0


def _measure(home: Path, arguments: argparse.Namespace) -> None:
    today = date.today()  # noqa: DTZ011 - the day where the departments are
    count, lines, port = arguments.approvals, arguments.lines, arguments.port
    with site(home, port=port, tickets=2 * WARM_UP + 4 * count, today=today) as place:
        place.workers, place.threads = arguments.workers, arguments.threads
        warm, full, half, warm_again, without, peers = _cut(place.tickets, WARM_UP, count, count, WARM_UP, count)
        web = place.start("web")
        drive(warm, port=port, lines=lines)
        roots = [web.pid, *place.databases]
        before = spent(roots)
        fast = drive(full, port=port, lines=lines)
        each_ms = (spent(roots) - before) / max(len(fast.acknowledged), 1) * 1000
        slow = drive(half, port=port, lines=lines, rate=fast.per_second / 2)
        place.stop("web")
        place.start("web", target="bench.approve.unledgered:application")
        drive(warm_again, port=port, lines=lines)
        bare = drive(without, port=port, lines=lines)
        place.stop("web")
        _tell(arguments, Figures(fast, slow, bare, each_ms, _pgbench(place.server, peers, lines=lines)))


def _cut(tickets: list[Ticket], *sizes: int) -> Iterator[list[Ticket]]:
    start = 0
    for size in sizes:
        yield tickets[start : start + size]
        start += size
    yield tickets[start:]


def _pgbench(server: postgres.Server, tickets: list[Ticket], *, lines: int) -> float:
    """Return the peer's transactions a second on drafts of its own."""
    with psycopg.connect(server.url(database.NAME, "postgres")) as connection:
        connection.execute(
            "CREATE UNLOGGED TABLE bench_tickets (place serial PRIMARY KEY, session text, case_id uuid,"
            " account_id bigint, person_id uuid)"
        )
        with connection.cursor().copy("COPY bench_tickets (session, case_id) FROM STDIN") as copy:
            for one in tickets:
                copy.write_row((one.session, one.case))
        connection.execute(
            "UPDATE bench_tickets t SET person_id = c.applicant_id, account_id = a.id"
            " FROM cases_case c JOIN parties_account a ON a.person_id = c.applicant_id WHERE c.id = t.case_id"
        )
        connection.execute("CREATE SEQUENCE bench_place")
        connection.execute(
            "CREATE UNLOGGED TABLE bench_values AS SELECT 'conditions' AS name, conditions::jsonb AS row FROM"
            " (SELECT conditions, trace FROM cases_decision LIMIT 1) d UNION ALL"
            " SELECT 'trace', trace::jsonb FROM (SELECT trace FROM cases_decision LIMIT 1) d"
        )
        connection.execute("ANALYZE")
    each = len(tickets) // lines
    done = subprocess.run(  # noqa: S603 - the server's own program
        [
            str(binaries.installed() / "bin" / "pgbench"),
            *("--no-vacuum", "--protocol=prepared", f"--client={lines}", "--jobs=2", f"--transactions={each}"),
            *("--file", str(Path(__file__).parent / "peer.sql"), server.url(database.NAME, "postgres")),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    found = re.search(r"tps = ([\d.]+)", done.stdout)
    if found is None or done.returncode != 0:
        sys.exit(f"pgbench failed:\n{done.stdout}\n{done.stderr}")
    return float(found[1])


@dataclass(frozen=True, slots=True)
class Figures:
    """What was measured: at full load, at half load, without the ledger, processor each, and the peer a second."""

    fast: Run
    slow: Run
    bare: Run
    each_ms: float
    peer: float


def _tell(arguments: argparse.Namespace, seen: Figures) -> None:
    fast, slow, bare, peer = seen.fast, seen.slow, seen.bare, seen.peer
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    print(f"{arguments.workers} workers of {arguments.threads} threads, {arguments.lines} connections")
    print(f"{arguments.approvals} approvals a run\n")
    print(f"{'pgbench, the same rows':34} {peer:8.0f} a second")
    print(f"{'approvals over HTTP':34} {fast.per_second:8.0f} a second   ratio {fast.per_second / peer:.2f}")
    print(f"{'  processor each, database included':34} {seen.each_ms:8.2f} ms")
    print(f"{'  full load':34} p50 {fast.percentile(0.5):6.1f} ms   p99 {fast.percentile(0.99):6.1f} ms")
    print(f"{'  half load':34} p50 {slow.percentile(0.5):6.1f} ms   p99 {slow.percentile(0.99):6.1f} ms")
    cost = 1 - fast.per_second / bare.per_second
    print(f"{'the same without the ledger':34} {bare.per_second:8.0f} a second   the ledger costs {cost:.0%}")
    if failures := [*fast.failures, *slow.failures, *bare.failures]:
        print(f"{len(failures)} failed: {failures[:5]}")


if __name__ == "__main__":
    sys.exit(main())
