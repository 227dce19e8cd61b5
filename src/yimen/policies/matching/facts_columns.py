"""Facts of many subjects at once as SQL: each column says what the resolver (`facts.resolver`) would say, row by row.

What the resolver calls known is a value here; absent, silent, invalid and contradicted all are NULL, for a rule knows
only known and unknown. Of several sources the first that knows counts; where all have to agree, one whose value cannot
be believed, or that was never taken, leaves the fact unknown, and so do two that say different things.

Two things are of a table and not of a value: a number has 28 digits before and 10 after the point at most, and a list
of texts is told apart by the blanks of ASCII only.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from yimen.core.errors import Invalid
from yimen.datasets.believing import INVALID, NUMBER
from yimen.datasets.logic import Unbelievable, believe
from yimen.facts.logic import FactDefinition, FactType, convert
from yimen.lake.engine import literal, quoted

ABSENT, TWICE = "is_absent", "is_twice"
"""Of a dataset's row, joined to a subject: there is none; there are several, so nothing of them can be believed."""
SQL_TYPES: Mapping[FactType, str] = {
    FactType.STRING: "VARCHAR",
    FactType.CODE: "VARCHAR",
    FactType.BOOLEAN: "BOOLEAN",
    FactType.DATE: "DATE",
    FactType.NUMBER: NUMBER,
    FactType.LIST: "VARCHAR[]",
}
"""The kinds of fact that are a column, and of which type. A list of records is none: it is of other people."""
MEMBERS = "'[,，、;；]'"
EDGES = r"'^\s+|\s+$'"


@dataclass(frozen=True, slots=True)
class SourceColumn:
    """A source as it was taken: its relation's alias, the field and its type; `when_absent` as the dataset says."""

    alias: str
    field: str
    type: str
    when_absent: str = ""


@dataclass(frozen=True, slots=True)
class FactColumn:
    """A fact with its sources in order; None stands for one that was not taken. `type` is the column's, in SQL."""

    definition: FactDefinition
    sources: tuple[SourceColumn | None, ...]
    type: str

    def sql(self) -> str:
        """Return the expression of the column, of its type, with its name."""
        return f"CAST({self._value()} AS {self.type}) AS {quoted(self.definition.name)}"

    def _value(self) -> str:
        heard = [one for one in self.sources if one is not None]
        if not heard or (self.definition.agree and len(heard) < len(self.sources)):
            return "NULL"
        said = [_said(self.definition, one) for one in heard]
        first = f"coalesce({', '.join(said)})" if len(said) > 1 else said[0]
        if not self.definition.agree:
            return first
        wrong = [_is_wrong(self.definition, one) for one in heard]
        differ = [f"coalesce({said[0]} <> {one}, false)" for one in said[1:]]
        differ += [
            f"coalesce({one} <> {other}, false)" for place, one in enumerate(said[1:], 1) for other in said[place + 1 :]
        ]
        return f"CASE WHEN {' OR '.join([*wrong, *differ])} THEN NULL ELSE {first} END"


def relation(snapshot: str, key: str) -> str:
    """Return a dataset's rows, one a subject, with whether there are several of it."""
    name = quoted(key)
    return (
        f"(SELECT *, count(*) OVER (PARTITION BY {name}) > 1 AS {TWICE} FROM {quoted(snapshot)} "  # noqa: S608 - quoted
        f"WHERE {name} IS NOT NULL QUALIFY row_number() OVER (PARTITION BY {name}) = 1)"
    )


def _said(definition: FactDefinition, one: SourceColumn) -> str:
    """Return what a source says of the subject, NULL where that is nothing that can be believed."""
    absent, _ = _when_absent(definition, one)
    given = _converted(definition, f"{one.alias}.{quoted(one.field)}", one.type)
    twice, row = f"{one.alias}.{TWICE}", f"{one.alias}.{TWICE} IS NULL"
    return f"(CASE WHEN {row} THEN {absent} WHEN {twice} THEN NULL ELSE {given} END)"


def _is_wrong(definition: FactDefinition, one: SourceColumn) -> str:
    """Return whether a source gave something that cannot be believed; that it gave nothing is not wrong."""
    _, is_wrong = _when_absent(definition, one)
    raw = f"{one.alias}.{quoted(one.field)}"
    flag = f"{one.alias}.{quoted(one.field + INVALID)}"
    lost = f"({raw} IS NOT NULL AND {_converted(definition, raw, one.type)} IS NULL)"
    twice, row = f"{one.alias}.{TWICE}", f"{one.alias}.{TWICE} IS NULL"
    return f"(CASE WHEN {row} THEN {str(is_wrong).lower()} ELSE {twice} OR {flag} OR {lost} END)"


def _when_absent(definition: FactDefinition, one: SourceColumn) -> tuple[str, bool]:
    """Return as SQL what it means that a source has no record, and whether that cannot be the fact."""
    try:
        meant = believe(one.when_absent, one.type, {})
        return ("NULL", False) if meant is None else (_literal(convert(definition, meant)), False)
    except (Unbelievable, Invalid):
        return "NULL", True


def _literal(value: object) -> str:
    match value:
        case bool():
            return str(value).lower()
        case date():
            return f"DATE {literal(value.isoformat())}"
        case Decimal():
            return f"CAST({literal(f'{value:f}')} AS {NUMBER})"
        case list():
            return f"CAST([{', '.join(literal(str(one)) for one in value)}] AS VARCHAR[])"
        case _:
            return literal(str(value))


def _converted(definition: FactDefinition, raw: str, type_: str) -> str:
    """Return a value of a field as the fact, as `facts.logic.convert` has it; NULL where it cannot be."""
    allowed = [literal(code) for code in definition.values]
    match definition.type:
        case FactType.LIST:
            members = raw if type_ == "list" else _members(raw)
            if not allowed:
                return f"list_sort(list_distinct({members}))"
            codes = f"[{', '.join(allowed)}]"
            # In the order of the dictionary, each once; one that is not in it makes the whole list none.
            return (
                f"CASE WHEN list_has_all({codes}, {members}) "
                f"THEN list_filter({codes}, lambda code: list_contains({members}, code)) END"
            )
        case FactType.CODE | FactType.STRING if allowed:
            return f"CASE WHEN {raw} IN ({', '.join(allowed)}) THEN {raw} END"
        case _:
            return raw


def _members(raw: str) -> str:
    parts = f"list_transform(string_split_regex({raw}, {MEMBERS}), lambda one: regexp_replace(one, {EDGES}, '', 'g'))"
    return f"list_filter({parts}, lambda one: one <> '')"


SCALES: Sequence[int] = (2, 4, 6)
"""Digits after the point a column may have; never none, so that the first fraction changes no column's type."""
FAST = 18
"""So many digits fit a machine word: a column of such decimals is compared without unpacking."""


def measured(relation_: str, fields: Sequence[str]) -> str:
    """Return the query for how long the numbers of these fields are, one after the other (`Length`)."""
    asked = []
    for name in map(quoted, fields):
        asked.append(f"coalesce(max(abs({name})), 0)")
        asked += [f"coalesce(bool_and({name} = round({name}, {scale})), true)" for scale in SCALES]
    return f"SELECT {', '.join(asked)} FROM {quoted(relation_)}"  # noqa: S608 - quoted


@dataclass(frozen=True, slots=True)
class Length:
    """How long the numbers of a field are: the greatest, and for each of SCALES whether it is enough."""

    greatest: Decimal
    enough: tuple[bool, ...]


def narrowest(greatest: Decimal, enough: Sequence[bool]) -> int | None:
    """Return the fewest digits after the point that hold such numbers in FAST digits; None where none does."""
    for scale, is_enough in zip(SCALES, enough, strict=True):
        if is_enough and greatest < Decimal(10) ** (FAST - scale):
            return scale
    return None
