"""Run it: `python -m bench.lake`. A database of its own is made and thrown away."""

import argparse
import os
import resource
import sys
import tempfile
import time
from pathlib import Path

from bench.approve.site import run
from yimen.core import postgres

TABLE = """
CREATE UNLOGGED TABLE bench_people AS SELECT '440399' || lpad(i::text, 12, '0') AS gmsfhm, '陈' || i AS xm,
    date '1950-01-01' + (i % 25000)::int AS csrq, (i % 6)::text AS rylb, (i % 2)::int AS swbs, now() AS gxsj
FROM generate_series(1, {rows}) i; GRANT SELECT ON bench_people TO PUBLIC
"""


def main() -> int:
    """Make a department's table, take it as `yimen lake take` does, print seconds and memory."""
    parser = argparse.ArgumentParser(prog="python -m bench.lake", description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    rows = parser.parse_args().rows
    with tempfile.TemporaryDirectory(prefix="yimen-bench-") as folder:
        home = Path(folder)
        os.environ.pop("DATABASE_URL", None)
        os.environ["YIMEN_HOME"] = str(home)
        server = postgres.ensure(home)
        try:
            run("yimen.config.cli", "migrate")
            server.execute(TABLE.format(rows=rows), database="yimen")
            os.environ["YIMEN_SOURCE_BENCH"] = server.url("yimen", "yimen_app")
            _take(rows)
        finally:
            server.release()
            postgres.stop(home, force=True)
    return 0


def _take(rows: int) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yimen.config.settings")
    import django  # noqa: PLC0415 - the settings are known only now

    django.setup()
    from bench.lake.stage import take  # noqa: PLC0415

    started, before = time.perf_counter(), _processor()
    taken = take()
    seconds, processor = time.perf_counter() - started, _processor() - before
    assert taken.rows == rows
    print(
        f"{rows:,} rows taken in {seconds:.1f} s ({rows / seconds:,.0f} a second), {processor:.1f} s of our processor"
    )
    print(f"most memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB")


def _processor() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    sys.exit(main())
