"""A table over masks: a row's verdicts are bits, and the AND of the columns is Kleene's AND of its cells.

`possible` are the rows that some completion of what is unknown hits, `certain` those that every completion hits.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from yimen.dmn.columns import Column, apart_in, columns_of
from yimen.dmn.feel import ast
from yimen.dmn.feel.code.base import Code, Locals
from yimen.dmn.feel.code.tables import POLICIES, Decide, Hits, Row, Table
from yimen.dmn.feel.compile import compile_expression, compile_outputs
from yimen.dmn.feel.scope import Scope
from yimen.dmn.model import Model
from yimen.dmn.reference import Evaluation
from yimen.dmn.values import Unknown, unknowns


class Strange(Exception):
    """A value of a kind that masks do not tell of, or one that was remarked on."""


@dataclass(frozen=True, slots=True)
class MaskedTable:
    """A table, its columns as masks with the code of each, and for each row the columns it looks at, as written."""

    table: Table
    decide: Decide
    columns: tuple[Column, ...]
    reads: tuple[Code, ...]
    looks: tuple[tuple[int, ...], ...]

    def value(self, run: Evaluation, local: Locals) -> object:
        """Return what the table gives.

        Raises:
            Strange: a column has a value of a kind that masks do not tell of.
        """
        state = _State(self, run, local)
        places = state.topmost() if self.table.hit_policy == "FIRST" else state.all_rows()
        hits = Hits(places, {})
        for place in places:
            run.hit(self.table.rows[place].id)
        if state.open:
            never = 0
            for place in places:
                never |= self.table.apart(run)(place)
            hits.open = {place: state.waiting(place) for place in bits(state.open & ~never)}
            for waits in hits.open.values():
                run.open(waits)
        return self.decide(self.table, run, local, hits)


class _State:
    """A table being decided: which rows are possible and certain by the columns read so far."""

    def __init__(self, masked: MaskedTable, run: Evaluation, local: Locals) -> None:
        self.possible = self.certain = (1 << len(masked.table.rows)) - 1
        self.open = 0
        self._masked, self._run, self._local = masked, run, local
        self._unknown: list[tuple[int, frozenset[str]]] = []

    def all_rows(self) -> list[int]:
        """Read every column that a possible row looks at; return the rows hit for certain."""
        for place, column in enumerate(self._masked.columns):
            if self.possible & column.cares:
                self._read(place)
        self.certain &= self.possible
        self.open = self.possible & ~self.certain
        return list(bits(self.certain))

    def topmost(self) -> list[int]:
        """Read only what the topmost rows look at, down to the first that is hit for certain; return that one."""
        looks, read = self._masked.looks, 0
        while rows := self.possible & ~self.open:
            row = rows & -rows
            place = row.bit_length() - 1
            for column in looks[place]:
                if not read >> column & 1:
                    read |= 1 << column
                    self._read(column)
                    if not self.possible & row:
                        break
            else:
                if self.certain & row:
                    self.open &= self.possible
                    return [place]
                self.open |= row
        self.open &= self.possible
        return []

    def _read(self, place: int) -> None:
        column, told = self._masked.columns[place], len(self._run.notes)
        value = self._masked.reads[place](self._run, self._local)
        if len(self._run.notes) > told and not column.is_named:
            raise Strange
        mask = column.mask(value)
        if mask is not None:
            self.possible &= mask
            self.certain &= mask
            return
        facts = unknowns(value)
        if not isinstance(value, Unknown) or facts is None:
            raise Strange
        possible, certain = column.unknown((1 << len(self._masked.looks)) - 1)
        self._unknown.append((possible & ~certain, facts))
        self.possible &= possible
        self.certain &= certain

    def waiting(self, place: int) -> frozenset[str]:
        """Return the facts that an open row waits for."""
        return frozenset().union(*(facts for rows, facts in self._unknown if rows >> place & 1))


def bits(mask: int) -> Iterator[int]:
    """Yield the places of the bits that are set, the lowest first."""
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


def masked(model: Model, node: ast.Table, scope: Scope) -> MaskedTable | None:
    """Return a table over masks, made once; None where one of its cells does more than compare with constants."""
    if id(node) not in model.masked:
        model.masked[id(node)] = _made(node, scope)
    found = model.masked[id(node)]
    assert found is None or isinstance(found, MaskedTable)
    return found


def _made(node: ast.Table, scope: Scope) -> MaskedTable | None:
    columns = columns_of(node, scope)
    if columns is None:
        return None
    apart = apart_in(columns, len(node.rules))
    outputs = compile_outputs(node, scope)
    table = Table(
        hit_policy=node.hit_policy,
        rows=tuple(Row(rule.id, (), output) for rule, output in zip(node.rules, outputs.rows, strict=True)),
        default=outputs.default,
        names=tuple(column.name for column in node.outputs),
        priorities=outputs.priorities,
        place=scope.place,
        apart=lambda _run: apart,
    )
    return MaskedTable(
        table=table,
        decide=POLICIES[node.hit_policy],
        columns=columns,
        reads=tuple(compile_expression(one.tree, scope).code for one in columns),
        looks=tuple(_looks(columns, row) for row in range(len(node.rules))),
    )


def _looks(columns: Sequence[Column], row: int) -> tuple[int, ...]:
    return tuple(place for place, column in enumerate(columns) if column.cares >> row & 1)
