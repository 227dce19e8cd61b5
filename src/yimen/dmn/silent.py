"""An evaluation without a model: no facts, no decisions, no notes. For allowed values, which see only the value."""

from yimen.dmn.feel import ast
from yimen.dmn.feel.bounds import ROUNDS, Exhausted
from yimen.dmn.feel.scope import Apart, Scope
from yimen.dmn.notes import NoteKind


class Silent:
    """Answers every question with null."""

    is_priced = False

    def fact(self, path: str) -> None:
        """Return null: there are no facts."""
        del path

    def subject(self, path: str) -> None:
        """Return null: there are no subjects."""
        del path

    def decision(self, key: str) -> None:
        """Return null: there are no decisions."""
        del key

    def service(self, key: str, arguments: tuple[object, ...]) -> None:
        """Return null: there are no services."""
        del key, arguments

    def expense(self, facts: frozenset[str]) -> float:
        """Return zero."""
        del facts
        return 0.0

    def note(self, kind: NoteKind, place: str, values: tuple[object, ...] = ()) -> None:
        """Keep nothing."""

    def hit(self, row: str) -> None:
        """Keep nothing."""

    def open(self, facts: frozenset[str]) -> None:
        """Keep nothing."""

    def apart(self, table: ast.Table, scope: Scope) -> Apart:
        """Tell of no rows that they are apart."""
        del table, scope
        return lambda _row: 0

    def work(self, rounds: int = 1) -> None:
        """Count nothing, but refuse what alone is too much."""
        if rounds > ROUNDS:
            raise Exhausted


class Counting(Silent):
    """The same, counting its work: for one evaluation of a text of unknown size."""

    def __init__(self) -> None:
        """Start with nothing done."""
        self._rounds = 0

    def work(self, rounds: int = 1) -> None:
        """Count rounds of loops and calls."""
        self._rounds += rounds
        super().work(self._rounds)


SILENT = Silent()
