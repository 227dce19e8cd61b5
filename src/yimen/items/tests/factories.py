"""The demo city, loaded once for all the tests of a module that only look at it or change it within their own savepoint."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from yimen.core import memo
from yimen.items.packs.load import put
from yimen.items.packs.model import Pack
from yimen.items.packs.read import read

SHENZHEN = Path(__file__).resolve().parents[4] / "content" / "shenzhen"


@cache
def shenzhen() -> Pack:
    """Return Shenzhen's pack, read once a process; that nothing is wrong with it is a test of its own."""
    return read(SHENZHEN)


def loaded(blocker) -> Iterator[None]:
    """Keep Shenzhen's pack in the database until the module is done; each test's own changes are undone as ever."""
    with blocker.unblock():
        outer = transaction.atomic()
        outer._from_testcase = True  # as Django marks its own: what insists on committing may be tested inside
        outer.__enter__()
        put(shenzhen(), at=timezone.now())
    memo.forget()
    yield
    with blocker.unblock():
        transaction.set_rollback(True)
        outer.__exit__(None, None, None)
    memo.forget()
