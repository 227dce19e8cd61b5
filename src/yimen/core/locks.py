"""Do a thing once at a time, across processes, without holding a transaction open meanwhile."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager

from yimen.core import pipeline


@contextmanager
def exclusive(*names: object) -> Iterator[None]:
    """Hold the lock of this name until the block ends; whoever else wants it waits.

    A session lock of the database (pg_advisory_lock): it is given back when the block ends or the process dies, so a
    killed process leaves nothing locked, and remote reads inside the block do not keep a transaction open.
    """
    key = _key(names)
    pipeline.ask_now("SELECT pg_advisory_lock(%s)", [key])
    try:
        yield
    finally:
        pipeline.ask_now("SELECT pg_advisory_unlock(%s)", [key])


@contextmanager
def attempted(*names: object) -> Iterator[bool]:
    """Hold the lock of this name until the block ends and give true; give false where somebody else holds it.

    The same lock as `exclusive`, so that one may ask whether the process that took it still lives.
    """
    key = _key(names)
    row = pipeline.ask_now("SELECT pg_try_advisory_lock(%s)", [key])
    is_held = row is not None and row[0] is True
    try:
        yield is_held
    finally:
        if is_held:
            pipeline.ask_now("SELECT pg_advisory_unlock(%s)", [key])


def _key(names: tuple[object, ...]) -> int:
    return int.from_bytes(hashlib.sha256(":".join(map(str, names)).encode()).digest()[:8], signed=True)
