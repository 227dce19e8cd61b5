"""What every test may ask for."""

import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection
from hypothesis import settings

from yimen.core import memo

ROOT = Path(__file__).resolve().parent

settings.register_profile("untimed", deadline=None)  # a busy machine is no defect of ours
settings.load_profile("untimed")


@pytest.fixture(autouse=True)
def nothing_remembered() -> None:
    """Each test begins with nothing remembered: rows of the test before are gone, their numbers given anew."""
    memo.forget()


@pytest.fixture(autouse=True)
def no_jobs_left(request: pytest.FixtureRequest) -> Iterator[None]:
    """A test that commits leaves no job queued: the queue's tables are not Django's, so Django does not empty them."""
    commits = (mark := request.node.get_closest_marker("django_db")) is not None and mark.kwargs.get("transaction")
    if commits:
        request.getfixturevalue("transactional_db")
    yield
    if commits:
        with connection.cursor() as cursor:
            cursor.execute("TRUNCATE procrastinate_jobs, procrastinate_workers CASCADE")


@pytest.fixture(scope="session")
def shared() -> Path:
    """Return the folder of reference material (YIMEN_SHARED); skip where a machine has none."""
    folder = Path(os.environ.get("YIMEN_SHARED", ROOT.parent / "shared"))
    if not folder.is_dir():
        reason = f"the reference folder is not on this machine: {folder} (set YIMEN_SHARED)"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return folder


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Tell how many evaluations of the engine's tests came out the same in a batch, and why others have none."""
    reports = [one for of_kind in terminalreporter.stats.values() for one in of_kind]
    properties = [pair for one in reports if getattr(one, "when", "") == "teardown" for pair in one.user_properties]
    counted = Counter(reason for name, reason in properties if name == "batch")
    if not counted:
        return
    same = counted.pop("", 0)
    terminalreporter.section("engine and batch")
    terminalreporter.write_line(f"{same} evaluations the same in a batch, {counted.total()} not compiled:")
    for reason, times in sorted(counted.items(), key=lambda one: (-one[1], one[0])):
        terminalreporter.write_line(f"{times:6}  {reason}")
