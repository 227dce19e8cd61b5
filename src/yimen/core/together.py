"""Rows that several threads have to see committed, written in one commit (group commit).

Whoever comes while nobody writes, writes at once. Whoever comes while another waits for the disk is taken along by the
next one to write, so that fifty callers cost a few commits and not fifty. Nobody goes on before their own row is
committed, and where a group fails each writes alone, so that one bad row harms no other.
"""

import threading
from collections import deque

from django.db.models import Model

from yimen.core import pipeline

MOST = 32
"""Rows in one statement, at most; each number of rows is a statement of its own that the server keeps prepared."""


class _Waiting:
    """One thread with its row: `is_written`, or else awake to write the next group or, `is_alone`, only its own."""

    __slots__ = ("awake", "instance", "is_alone", "is_written")

    def __init__(self, instance: Model) -> None:
        self.instance = instance
        self.awake = threading.Event()
        self.is_written = self.is_alone = False


class Group:
    """Those who write rows of one model."""

    def __init__(self) -> None:
        """Begin with nobody waiting."""
        self._lock = threading.Lock()
        self._waiting: deque[_Waiting] = deque()
        self._is_writing = False

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
            self._waiting.append(mine)
            is_mine_to_write = not self._is_writing
            self._is_writing = True
        if not is_mine_to_write:
            mine.awake.wait()
        if mine.is_written:
            return
        if mine.is_alone:
            pipeline.insert_now([instance])
            return
        self._write_next()
        if not mine.is_written:
            pipeline.insert_now([instance])

    def _write_next(self) -> None:
        """Write the rows that wait, and hand the pen on. Whatever happens everybody is woken."""
        with self._lock:
            group = [self._waiting.popleft() for _ in range(min(MOST, len(self._waiting)))]
        try:
            pipeline.insert_now([one.instance for one in group])
        except Exception:
            if len(group) == 1:
                raise  # it is the writer's own row
        else:
            for one in group:
                one.is_written = True
        finally:
            for one in group:
                one.is_alone = not one.is_written
                one.awake.set()
            with self._lock:
                if self._waiting:
                    self._waiting[0].awake.set()
                else:
                    self._is_writing = False
