"""Rows that several threads have to see committed, written in one commit (group commit).

A few write at once, each its own row: the database itself lets commits that come together share a trip to the disk.
Whoever comes while that many write is taken along by the next of them, so that fifty callers cost a few commits. Nobody
goes on before their own row is committed. Where a group fails each writes alone, so that one bad row harms no other.
"""

import threading
from collections import deque

from django.db.models import Model

from yimen.core import pipeline

MOST = 32
"""Rows in one statement, at most; each number of rows is a statement of its own that the server keeps prepared."""


PENS = 4
"""How many write at the same time; below that nobody waits for another."""


class _Waiting:
    """One thread with its row, awake when it `is_written`, or else to write `group`, or its own row alone."""

    __slots__ = ("awake", "group", "instance", "is_written")

    def __init__(self, instance: Model) -> None:
        self.instance = instance
        self.awake = threading.Event()
        self.group: list[_Waiting] = [self]
        self.is_written = False


class Group:
    """Those who write rows of one model."""

    def __init__(self) -> None:
        """Begin with nobody waiting."""
        self._lock = threading.Lock()
        self._waiting: deque[_Waiting] = deque()  # empty while there is a pen left
        self._pens = PENS

    def write_now(self, instance: Model) -> None:
        """Write the row, with those of others where they wait too; return when it is committed, its key set.

        Raises:
            RuntimeError: a transaction is open: the row could still be rolled back.
        """
        pipeline.must_be_free()
        if pipeline.is_in_test():
            pipeline.insert_now([instance])
            return
        mine = _Waiting(instance)
        with self._lock:
            has_pen = self._pens > 0
            if has_pen:
                self._pens -= 1
            else:
                self._waiting.append(mine)
        if not has_pen:
            mine.awake.wait()
            has_pen = bool(mine.group)
        if has_pen:
            self._write(mine)
        if not mine.is_written:
            pipeline.insert_now([instance])

    def _write(self, writer: _Waiting) -> None:
        """Write the writer's group and hand the pen on. Whatever happens everybody is woken."""
        group = writer.group
        try:
            pipeline.insert_now([one.instance for one in group])
        except Exception:
            if len(group) == 1:
                raise  # it is the writer's own row
        else:
            for one in group:
                one.is_written = True
        finally:
            for one in group[1:]:
                one.group = []
                one.awake.set()
            with self._lock:
                following = [self._waiting.popleft() for _ in range(min(MOST, len(self._waiting)))]
                if following:
                    following[0].group = following
                    following[0].awake.set()
                else:
                    self._pens += 1
