"""A table whose outputs are constants, made ready for values that are known."""

from collections.abc import Sequence
from dataclasses import dataclass

from yimen.dmn.cells import constant_value
from yimen.dmn.columns import CLASSES, Column
from yimen.dmn.fast.expressions import NoWay
from yimen.dmn.fast.lookups import STRANGE
from yimen.dmn.fast.tables import MaskedTable, bits
from yimen.dmn.feel import ast
from yimen.dmn.feel.scope import Input, Scope, Symbol, symbol_of
from yimen.dmn.feel.types import ANY, Basic, ListType, Type, is_instance
from yimen.dmn.model import Decision, Model

PLAIN = (*CLASSES, bool)
"""The classes of outputs that nobody can change, so that the same may be handed out again and again."""

LOOKUP, ASK = 100.0, 35.0
"""About how many nanoseconds a column's mask takes, and asking whether it is needed."""


@dataclass(frozen=True, slots=True)
class Step:
    """A column to look at, and whether to ask first if a row that is left looks at it."""

    place: int
    is_asked: bool


@dataclass(frozen=True, slots=True)
class KnownTable:
    """The columns, the order to look at them in, and the outputs: first where no row is hit, then by row.

    `kind` is the one kind of all outputs and `longest` the greatest length of a text among them; None where they are
    contexts, lists, null or of several kinds.
    """

    columns: tuple[Column, ...]
    symbols: tuple[Symbol | None, ...]
    steps: tuple[Step, ...]
    outputs: tuple[object, ...]
    kind: str | None
    longest: int | None
    is_first: bool
    collects: bool

    @property
    def is_copied(self) -> bool:
        """Tell whether outputs are contexts: whoever gets one may change it, so each gets its own."""
        return any(isinstance(one, dict) for one in self.outputs)

    @property
    def may_be_strange(self) -> bool:
        """Tell whether some value may leave no output that can be reckoned with, one row being hit at most."""
        rows = len(self.outputs) - 1
        always = any(not any(column.cares >> row & 1 for column in self.columns) for row in range(rows))
        return self.outputs[0] is STRANGE and not always

    def alike(self) -> tuple[int, ...]:
        """Return for each output the place of the first that is the same."""
        first: dict[object, int] = {}
        return tuple(first.setdefault(_identity(output), place) for place, output in enumerate(self.outputs))

    def output_of(self, mask: int) -> object:
        """Return the output for the rows hit."""
        hits = list(bits(mask))
        if len(hits) > 1 and not self.is_first:
            return STRANGE
        return self.outputs[hits[0] + 1] if hits else self.outputs[0]


def known_table(
    masked: MaskedTable | None, node: ast.Table, scope: Scope, types: Sequence[Type], *, is_goal: bool
) -> KnownTable:
    """Return a table ready for known values, its value to be of these types. Only as a goal may it give null.

    Raises:
        NoWay: an output is no constant, a cell does more than compare, or the hit policy looks at more than one row.
    """
    if node.hit_policy not in {"FIRST", "UNIQUE", "ANY", "COLLECT", "RULE ORDER"}:
        raise NoWay
    collects = node.hit_policy in {"COLLECT", "RULE ORDER"}
    has_default = any(one.default for one in node.outputs)
    if masked is None or (collects and has_default):
        raise NoWay
    columns = masked.columns
    rows = [_constant(node.outputs, rule.outputs, scope) for rule in node.rules]
    none = _constant(node.outputs, [one.default or _NULL for one in node.outputs], scope) if has_default else None
    for type_ in types:
        _check(type_, [*rows, none], collects=collects)
    kinds = {_kind(one) for one in rows}
    kind = kinds.pop() if len(kinds) == 1 and not collects else None
    if kind is not None and (none is None or _kind(none) != kind):
        none, kind = (STRANGE, kind) if none is None and not is_goal else (none, None)
    lengths = [len(one) for one in rows if isinstance(one, str)]
    return KnownTable(
        columns=columns,
        symbols=tuple(symbol_of(one.tree, scope) for one in columns),
        steps=tuple(_steps(columns, len(rows))),
        outputs=(none, *rows),
        kind=kind,
        longest=max(lengths, default=0) if kind == "string" else 0,
        is_first=node.hit_policy == "FIRST",
        collects=collects,
    )


def logic_of(decision: Decision) -> tuple[ast.Expr, list[Type]]:
    """Return a decision's logic without the types it is made to conform to, and these."""
    tree, types = decision.tree, [decision.type]
    while isinstance(tree, ast.Typed):
        types.append(tree.type)
        tree = tree.value
    return tree, types


def fact_kind(model: Model, symbol: Input) -> str:
    """Return the kind of a fact that is declared of one.

    Raises:
        NoWay: it is declared of another type, or is no single fact.
    """
    type_ = model.types.get(symbol.path, ANY)
    if symbol.parts or not isinstance(type_, Basic) or type_.name not in {"number", "string", "boolean", "date"}:
        raise NoWay
    return type_.name


_NULL = ast.Written("null", 1, ast.Literal(None, 1))


def _constant(columns: Sequence[ast.Output], written: Sequence[ast.Written], scope: Scope) -> object:
    values = []
    for one in written:
        found = constant_value(one.tree, scope)
        if found is None or not (type(found[0]) in PLAIN or _is_null(one.tree)):
            raise NoWay
        values.append(found[0])
    if len(values) == 1:
        return values[0]
    return {column.name: value for column, value in zip(columns, values, strict=True)}


def _is_null(tree: ast.Expr) -> bool:
    return isinstance(tree, ast.Literal) and tree.value is None


def _identity(output: object) -> object:
    """Return what is equal for outputs that nothing could tell apart; numbers equal truth values only in Python."""
    if isinstance(output, dict):
        return tuple((name, _identity(value)) for name, value in output.items())
    return (type(output), output)


def _check(type_: Type, outputs: Sequence[object], *, collects: bool) -> None:
    """Refuse a type that an output would have to be changed for."""
    if type_ == ANY:
        return
    item = type_
    if collects:
        if not isinstance(type_, ListType):
            raise NoWay
        item = type_.item
    if not all(one is None or is_instance(one, item) for one in outputs):
        raise NoWay


def _kind(value: object) -> str | None:
    return "boolean" if isinstance(value, bool) else CLASSES.get(type(value))


def _steps(columns: Sequence[Column], rows: int) -> list[Step]:
    """Return the columns, those first that leave the fewest rows; one that seldom matters is asked for first."""
    if not rows:
        return []
    left = {place: _left(column, rows) for place, column in enumerate(columns) if column.cares}
    steps: list[Step] = []
    alive = float(rows)
    for place in sorted(left, key=lambda one: (left[one], one)):
        cares = columns[place].cares.bit_count() / rows
        needed = 1 - (1 - cares) ** alive
        steps.append(Step(place, is_asked=bool(steps) and (1 - needed) * LOOKUP > ASK))
        alive *= left[place]
    return steps


def _left(column: Column, rows: int) -> float:
    """Return the share of rows a value leaves on average, each stretch counting the same."""
    if column.kind == "boolean":
        masks: Sequence[int] = column.truths
    else:
        masks = [one for line in column.lines.values() for one in line.masks] or [column.other]
    return sum(one.bit_count() for one in masks) / len(masks) / rows
