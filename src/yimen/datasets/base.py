"""Base libraries (基础库): one record a subject out of several datasets, each value with whose word it is and of when.

Pure over the lake: given a snapshot of each dataset it says in SQL what the record of everybody is, how well each
attribute is covered by each source, and where two sources know different things. A value counts where it is known and
could be believed; of several the first in the configured order counts. Where a dataset is a roster, whoever is not on
it has the value the field says absence means.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import duckdb

from yimen.datasets import linking
from yimen.datasets.linking import KEY, RECORD, Linked
from yimen.lake.engine import literal, quoted

NAME = re.compile(r"[a-z][a-z0-9_]*")
SOURCE, WHEN, CONFLICTS = "__source", "__as_of", "conflicts"
"""Beside each attribute: the dataset its value is from, and the department's time stamp; how many attributes differ."""
FROM = "__from_"
"""Beside an attribute with several sources what each of them says, by the source's place."""
EXAMPLES = 5


@dataclass(frozen=True, slots=True)
class AttributeDefinition:
    """One attribute: our name, and the fields it comes from as `dataset.field`, whose word counts first first."""

    name: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LibraryDefinition:
    """A base library as a content pack states it: what it is keyed by (`person`, `org`), and which agency builds it."""

    code: str
    title: str
    key: str
    agency: str
    attributes: tuple[AttributeDefinition, ...]


@dataclass(frozen=True, slots=True)
class SourceField:
    """Where one value of an attribute comes from; `when_absent` is what no record means, empty for nothing."""

    dataset: str
    field: str
    type: str
    when_absent: str = ""


@dataclass(frozen=True, slots=True)
class Attribute:
    """One attribute with its sources that were taken, in order of authority."""

    name: str
    sources: tuple[SourceField, ...]


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many records one source has a value of an attribute for, and for how many of them its value counts."""

    attribute: str
    dataset: str
    field: str
    known: int
    chosen: int


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two sources of an attribute that know different things about so many; examples as (record, one, other), raw."""

    attribute: str
    first: str
    second: str
    count: int
    examples: tuple[tuple[str, str, str], ...] = field(repr=False)

    @property
    def reference(self) -> str:
        """Return how it is called where something refers to it."""
        return f"{self.attribute}/{self.first}/{self.second}"


@dataclass(frozen=True, slots=True)
class Built:
    """What building a library gave: how many records, its coverage, its conflicts."""

    records: int
    coverage: tuple[Coverage, ...]
    conflicts: tuple[Conflict, ...]


@dataclass(frozen=True, slots=True)
class Value:
    """One attribute of one record: the value that counts, whose it is and of when, and what other sources say."""

    attribute: str
    value: object
    dataset: str
    as_of: datetime | None
    others: Mapping[str, object]

    @property
    def is_in_conflict(self) -> bool:
        """Tell whether another source knows something else."""
        return any(one is not None and one != self.value for one in self.others.values())


def validate(definition: LibraryDefinition) -> list[str]:
    """Return what is wrong with a library, each with its remedy; empty when it is right."""
    problems = []
    if definition.key not in {"person", "org"}:
        problems.append(f"key 为“{definition.key}”，应为 person 或 org。")
    if not definition.attributes:
        problems.append("attributes 为空，请至少写一个属性。")
    for one in definition.attributes:
        if not NAME.fullmatch(one.name):
            problems.append(f"属性名“{one.name}”应为小写字母、数字和下划线。")
        if not one.sources:
            problems.append(f"属性 {one.name} 没有来源，请写 [资源.字段]。")
        problems += [f"来源“{place}”应写成 资源.字段。" for place in one.sources if "." not in place]
    return problems


def build(
    connection: duckdb.DuckDBPyConnection, relations: Mapping[str, str], attributes: Sequence[Attribute], *, key: str
) -> str:
    """Return the query for all records, of relations by dataset that have the snapshots' columns.

    Each dataset is linked to records (`linking`), of several rows about one subject the newest counts.
    """
    used = list(dict.fromkeys(one.dataset for attribute in attributes for one in attribute.sources))
    linked = linking.link(connection, [Linked(one, relations[one], f"key_{key}") for one in used])
    places = {dataset: f"d{place}" for place, dataset in enumerate(used)}
    everybody = " UNION ALL ".join(f"SELECT {RECORD} FROM {name}" for name in linked.values())  # noqa: S608
    chosen = [f"r.{RECORD}"]
    for attribute in attributes:
        chosen += _chosen(attribute, places, connection, linked)
    joins = " ".join(
        f"LEFT JOIN {_newest(connection, linked[dataset])} {place} ON {place}.{RECORD} = r.{RECORD}"
        for dataset, place in places.items()
    )
    inner = f"SELECT {', '.join(chosen)} FROM (SELECT DISTINCT {RECORD} FROM ({everybody})) r {joins}"  # noqa: S608 - names are quoted
    differing = [_differs(attribute) for attribute in attributes if len(attribute.sources) > 1]
    counted = " + ".join(f"CAST({one} AS INTEGER)" for one in differing) or "0"
    return f"SELECT *, {counted} AS {CONFLICTS} FROM ({inner})"  # noqa: S608


def _newest(connection: duckdb.DuckDBPyConnection, relation: str) -> str:
    """Return the relation with one row a record: the one with the newest stamp."""
    newest = "as_of DESC NULLS LAST" if _has(connection, relation, "as_of") else KEY
    return f"(SELECT * FROM {relation} QUALIFY row_number() OVER (PARTITION BY {RECORD} ORDER BY {newest}) = 1)"  # noqa: S608


def _has(connection: duckdb.DuckDBPyConnection, relation: str, column: str) -> bool:
    return column in {str(row[0]) for row in connection.execute(f"DESCRIBE {relation}").fetchall()}


def _chosen(
    attribute: Attribute,
    places: Mapping[str, str],
    connection: duckdb.DuckDBPyConnection,
    linked: Mapping[str, str],
) -> list[str]:
    said, stamps, names = [], [], []
    for one in attribute.sources:
        place = places[one.dataset]
        value = f"{place}.{quoted(one.field)}"
        if one.when_absent:
            absent = f"CAST({literal(one.when_absent)} AS {_sql_type(one.type)})"
            value = f"CASE WHEN {place}.{RECORD} IS NULL THEN {absent} ELSE {value} END"
        said.append(value)
        stamps.append(f"{place}.as_of" if _has(connection, linked[one.dataset], "as_of") else "NULL")
        names.append(literal(one.dataset))
    name = attribute.name
    of_whom = "".join(f" WHEN {value} IS NOT NULL THEN {who}" for value, who in zip(said, names, strict=True))
    of_when = "".join(f" WHEN {value} IS NOT NULL THEN {stamp}" for value, stamp in zip(said, stamps, strict=True))
    parts = [
        f"coalesce({', '.join(said)}) AS {quoted(name)}",
        f"CASE{of_whom} END AS {quoted(name + SOURCE)}",
        f"CAST(CASE{of_when} END AS TIMESTAMPTZ) AS {quoted(name + WHEN)}",
    ]
    if len(said) > 1:
        parts += [f"{value} AS {quoted(f'{name}{FROM}{place}')}" for place, value in enumerate(said)]
    return parts


def _sql_type(type_: str) -> str:
    types = {
        "string": "VARCHAR",
        "boolean": "BOOLEAN",
        "date": "DATE",
        "number": "DECIMAL(38, 10)",
        "list": "VARCHAR[]",
    }
    return types[type_]


def _pairs(attribute: Attribute) -> list[tuple[int, int]]:
    count = len(attribute.sources)
    return [(one, other) for one in range(count) for other in range(one + 1, count)]


def _pair_differs(name: str, one: int, other: int) -> str:
    first, second = quoted(f"{name}{FROM}{one}"), quoted(f"{name}{FROM}{other}")
    return f"coalesce({first} <> {second}, false)"


def _differs(attribute: Attribute) -> str:
    return "(" + " OR ".join(_pair_differs(attribute.name, *pair) for pair in _pairs(attribute)) + ")"


def look(connection: duckdb.DuckDBPyConnection, records: str, attributes: Sequence[Attribute]) -> Built:
    """Return what a built library holds; the relation `records` is read once, and again only for conflicts."""
    asked = ["count(*)"]
    for attribute in attributes:
        several = len(attribute.sources) > 1
        for place, one in enumerate(attribute.sources):
            known = quoted(f"{attribute.name}{FROM}{place}" if several else attribute.name)
            chosen = f"{quoted(attribute.name + SOURCE)} = {literal(one.dataset)}"
            asked += [f"count({known})", f"count(*) FILTER ({chosen})"]
        asked += [f"count(*) FILTER ({_pair_differs(attribute.name, *pair)})" for pair in _pairs(attribute)]
    row = connection.execute(f"SELECT {', '.join(asked)} FROM {records}").fetchone()  # noqa: S608
    assert row is not None
    figures = iter(row)
    count = int(next(figures))
    coverage, conflicts = [], []
    for attribute in attributes:
        coverage += [
            Coverage(attribute.name, one.dataset, one.field, int(next(figures)), int(next(figures)))
            for one in attribute.sources
        ]
        for pair in _pairs(attribute):
            differing = int(next(figures))
            first, second = (attribute.sources[place].dataset for place in pair)
            examples = _examples(connection, records, attribute.name, pair) if differing else ()
            conflicts.append(Conflict(attribute.name, first, second, differing, examples))
    return Built(count, tuple(coverage), tuple(conflicts))


def _examples(
    connection: duckdb.DuckDBPyConnection, records: str, name: str, pair: tuple[int, int]
) -> tuple[tuple[str, str, str], ...]:
    one, other = (quoted(f"{name}{FROM}{place}") for place in pair)
    rows = connection.execute(
        f"SELECT {RECORD}, CAST({one} AS VARCHAR), CAST({other} AS VARCHAR) FROM {records} "  # noqa: S608
        f"WHERE {_pair_differs(name, *pair)} ORDER BY {RECORD} LIMIT {EXAMPLES}"
    ).fetchall()
    return tuple((str(record), str(first), str(second)) for record, first, second in rows)


def find(
    connection: duckdb.DuckDBPyConnection, records: str, number: str, attributes: Sequence[Attribute]
) -> list[Value] | None:
    """Return every attribute of one record, None where there is no such record."""
    cursor = connection.execute(f"SELECT * FROM {records} WHERE {RECORD} = ?", [number])  # noqa: S608
    names = [str(one[0]) for one in cursor.description or ()]
    row = cursor.fetchone()
    if row is None:
        return None
    said = dict(zip(names, row, strict=True))
    found = []
    for one in attributes:
        others = {
            source.dataset: said.get(f"{one.name}{FROM}{place}")
            for place, source in enumerate(one.sources)
            if len(one.sources) > 1
        }
        as_of = said[one.name + WHEN]
        found.append(
            Value(
                attribute=one.name,
                value=said[one.name],
                dataset=str(said[one.name + SOURCE] or ""),
                as_of=as_of if isinstance(as_of, datetime) else None,
                others=others,
            )
        )
    return found
