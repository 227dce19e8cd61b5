"""A whole table believed at once (批量采信): the same rules as `logic.believe` has for one value, as SQL over columns.

A department's column comes as a text and a kind (`sources.scan`). It leaves as our field, of our type, beside a truth
value `<field>__invalid`: whether the department gave something that cannot be believed, in which case the field is
null. Two things are of a table and not of a value: a number is a decimal of 28 digits before and 10 after the point
(what is longer before cannot be believed, what is longer after is rounded), and a blank that counts as a value is one
only in a field of text.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from yimen.datasets.logic import STAMPS
from yimen.datasets.models import DatasetField
from yimen.datasets.sources import scan
from yimen.datasets.sources.scan import KIND
from yimen.lake.engine import literal, quoted

INVALID = "__invalid"
"""What stands behind a field's name in the name of the column that says it cannot be believed."""
AS_OF = "as_of"
KEY = "key_"
MAPPED = "·"
"""What stands before a field's place in the name of the column with its codes mapped to ours."""
NUMBER = "DECIMAL(38, 10)"
SPACE = "".join(one for one in map(chr, range(0x3001)) if one.isspace())
"""Every character that is white space to Python."""
WIDE = "".join(map(chr, range(0xFF10, 0xFF1A)))
"""The digits as wide as a Chinese character."""
TYPES: Mapping[str, str] = {"string": "VARCHAR", "boolean": "BOOLEAN", "date": "DATE", "number": NUMBER}


@dataclass(frozen=True, slots=True)
class Table:
    """What is to be read of a department's table: our fields by the department's columns, its keys, its time stamp.

    `keys` are the department's column for each thing the dataset is keyed by; `as_of` its column of time stamps, empty
    where it has none.
    """

    fields: tuple[DatasetField, ...]
    keys: Mapping[str, str]
    as_of: str = ""

    @property
    def columns(self) -> list[str]:
        """Return the department's columns, each once."""
        named = [*(one.source_name for one in self.fields), *self.keys.values(), *([self.as_of] if self.as_of else [])]
        return list(dict.fromkeys(named))


def key_column(name: str) -> str:
    """Return what the key is called in a snapshot: `key_person`, `key_project_code`."""
    return KEY + name.replace(".", "_")


def schema_of(table: Table) -> pa.Schema:
    """Return the schema of pieces once their codes are mapped."""
    mapped = [name for place, one in enumerate(table.fields) if one.codes for name in _mapped(place)]
    return pa.schema([*scan.schema_of(table.columns), *((name, pa.string()) for name in mapped)])


def map_codes(batches: Iterable[pa.RecordBatch], table: Table) -> Iterator[pa.RecordBatch]:
    """Lay beside each column that has a list of codes the same in our codes; null where the code is in no list.

    Arrow looks them up piece by piece; as a join the database might keep the department's whole table in memory.
    """
    lists = {place: _codes(one.codes) for place, one in enumerate(table.fields) if one.codes}
    schema = schema_of(table)
    for batch in batches:
        arrays = list(batch.columns)
        for place, (given, ours, kinds) in lists.items():
            name = table.fields[place].source_name
            is_text = pc.not_equal(batch.column(name + KIND), "x")
            found = pc.if_else(is_text, pc.index_in(batch.column(name), value_set=given), None)
            arrays += [ours.take(found), kinds.take(found)]
        yield pa.record_batch(arrays, schema=schema)


def _codes(codes: Mapping[str, object]) -> tuple[pa.Array, pa.Array, pa.Array]:
    kinds = ["b" if isinstance(one, bool) else "t" for one in codes.values()]
    return (
        pa.array(list(codes), pa.string()),
        pa.array([str(one) for one in codes.values()], pa.string()),
        pa.array(kinds, pa.string()),
    )


def _mapped(place: int) -> tuple[str, str]:
    return f"{MAPPED}{place}", f"{MAPPED}{place}{KIND}"


def select(given: str, table: Table) -> str:
    """Return the query that believes the relation `given`, whose codes are mapped."""
    chosen = []
    for place, one in enumerate(table.fields):
        text, kind = f"g.{quoted(one.source_name)}", f"g.{quoted(one.source_name + KIND)}"
        is_given = f"({text} IS NOT NULL AND ({text} <> '' OR {kind} = 'x'))"
        if one.blank_is_value:
            is_given = f"{text} IS NOT NULL"
        ours, ours_kind = _mapped(place)
        value = (
            _value(f"g.{quoted(ours)}", f"g.{quoted(ours_kind)}", one.type)
            if one.codes
            else _value(text, kind, one.type)
        )
        if one.blank_is_value and one.type == "string":
            value = f"CASE WHEN {text} = '' THEN '' ELSE {value} END"
        name = quoted(one.name)
        chosen += [
            f"CASE WHEN {is_given} THEN {value} END AS {name}",
            f"({is_given} AND ({value}) IS NULL) AS {quoted(one.name + INVALID)}",
        ]
    for key, column in table.keys.items():
        chosen.append(f"{_key(f'g.{quoted(column)}')} AS {quoted(key_column(key))}")
    if table.as_of:
        chosen.append(f"{_instant(f'g.{quoted(table.as_of)}', f'g.{quoted(table.as_of + KIND)}')} AS {AS_OF}")
    return f"SELECT {', '.join(chosen)} FROM {given} g"  # noqa: S608 - names are quoted


def _value(text: str, kind: str, type_: str) -> str:
    """Return the value of our type; null where it cannot be believed."""
    plain = f"trim({text}, {literal(SPACE)})"
    match type_:
        case "date":
            is_one = f"regexp_full_match({plain}, '\\d{{4}}-\\d{{2}}-\\d{{2}}|\\d{{8}}') AND {plain} NOT LIKE '0000%'"
            dashed = f"concat({plain}[1:4], '-', replace({plain}, '-', '')[5:6], '-', {plain}[-2:])"
            read = f"CASE WHEN {is_one} THEN TRY_CAST({dashed} AS DATE) END"
            of_time = f"TRY_CAST({text}[1:10] AS DATE)"
            return f"CASE WHEN {kind} IN ('m', 'z') THEN {of_time} WHEN {kind} NOT IN ('b', 'x') THEN {read} END"
        case "boolean":
            read = f"CASE {text} WHEN 'true' THEN true WHEN 'false' THEN false END"
            return f"CASE WHEN {kind} = 'b' THEN {text} = 'True' ELSE {read} END"
        case "number":
            digits = f"translate(replace({plain}, '_', ''), '{WIDE}', '0123456789')"
            is_one = f"regexp_full_match({digits}, '[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d+)?')"
            return f"CASE WHEN {kind} IN ('t', 'i', 'n', 'f') AND {is_one} THEN TRY_CAST({digits} AS {NUMBER}) END"
        case _:
            return f"CASE WHEN {kind} IN ('t', 'i') AND NOT contains({text}, chr(0)) THEN {plain} END"


def _key(text: str) -> str:
    """Return an identifier as it is compared: without blanks around it, letters large; null where there is none."""
    return f"nullif(upper(trim({text}, {literal(SPACE)})), '')"


def _instant(text: str, kind: str) -> str:
    """Return a time stamp as `logic.instant` reads it: without a zone only where the department's system has none."""
    digits = f"TRY_CAST(try_strptime({text}, '%Y%m%d%H%M%S') AS TIMESTAMPTZ)"
    compact = f"CASE WHEN regexp_full_match({text}, '\\d{{14}}') THEN {digits} END"
    has_zone = f"regexp_full_match({text}, '.*[T ].*(Z|[+-]\\d{{2}}(:?\\d{{2}})?)')"
    zoned = f"CASE WHEN {has_zone} THEN TRY_CAST({text} AS TIMESTAMPTZ) END"
    read = f"CASE WHEN {kind} IN ('m', 'z') THEN TRY_CAST({text} AS TIMESTAMPTZ) ELSE coalesce({compact}, {zoned}) END"
    return f"CASE WHEN year({read}) BETWEEN {STAMPS.start} AND {STAMPS.stop - 1} THEN {read} END"


def fields_of(described: Mapping[str, DatasetField], names: Sequence[str]) -> tuple[DatasetField, ...]:
    """Return the fields of these names, in their order; those there are none of are left out."""
    return tuple(described[name] for name in dict.fromkeys(names) if name in described)
