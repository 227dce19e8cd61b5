"""A whole table believed at once (批量采信): the same rules as `logic.believe` has for one value, as SQL over columns.

A department's column comes as a text and a kind (`sources.scan`). It leaves as our field, of our type, beside a truth
value `<field>__invalid`: whether the department gave something that cannot be believed, in which case the field is
null. Two things are of a table and not of a value: a number is a decimal of 28 digits before and 10 after the point
(what is longer before cannot be believed, what is longer after is rounded), and a blank that counts as a value is one
only in a field of text or a list.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from yimen.datasets.logic import STAMPS, Unbelievable, believe
from yimen.datasets.models import DatasetField
from yimen.datasets.sources.scan import KIND
from yimen.lake.engine import quoted

INVALID = "__invalid"
"""What stands behind a field's name in the name of the column that says it cannot be believed."""
AS_OF = "as_of"
KEY = "key_"
MARK = "·"
"""What stands before a field's place in the names of its prepared columns."""
NUMBER = "DECIMAL(38, 10)"
WIDE = "".join(map(chr, range(0xFF10, 0xFF1A)))
"""The digits as wide as a Chinese character."""
TYPES: Mapping[str, str] = {
    "string": "VARCHAR",
    "boolean": "BOOLEAN",
    "date": "DATE",
    "number": NUMBER,
    "list": "VARCHAR[]",
}


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
    """Return the schema of pieces once they are prepared: a field's text, kind and whether anything was given."""
    columns = [
        one
        for place, field in enumerate(table.fields)
        for one in ((_text(place), _carried(field)), (_kind(place), pa.string()), (_given(place), pa.bool_()))
    ]
    keys = [(key_column(name), pa.string()) for name in table.keys]
    stamps = [(one, pa.string()) for one in ((table.as_of, table.as_of + KIND) if table.as_of else ())]
    return pa.schema([*columns, *keys, *stamps])


def _carried(field: DatasetField) -> pa.DataType:
    """Return as what a prepared value travels: a list as the list it is, anything else as its text."""
    return pa.list_(pa.string()) if field.type == "list" else pa.string()


def prepared(batches: Iterable[pa.RecordBatch], table: Table) -> Iterator[pa.RecordBatch]:
    """Map the codes to ours, null where a code is in no list, and take off blanks, piece by piece.

    Arrow does both faster than the database. As a join the database might keep the department's whole table in memory.
    """
    lists = {place: _codes(one.codes) for place, one in enumerate(table.fields) if one.codes and one.type != "list"}
    schema = schema_of(table)
    for batch in batches:
        arrays: list[pa.Array] = []
        for place, one in enumerate(table.fields):
            text, kind = (batch.column(name) for name in (one.source_name, one.source_name + KIND))
            arrays += _field(text, kind, one, lists.get(place))
        arrays += [pc.utf8_upper(pc.utf8_trim_whitespace(batch.column(column))) for column in table.keys.values()]
        arrays += [batch.column(one) for one in ((table.as_of, table.as_of + KIND) if table.as_of else ())]
        yield pa.record_batch(arrays, schema=schema)


def _field(
    text: pa.Array, kind: pa.Array, one: DatasetField, codes: tuple[pa.Array, ...] | None
) -> tuple[pa.Array, ...]:
    is_known, is_blank = pc.is_valid(text), pc.equal(text, "")
    is_valued = one.blank_is_value and one.type in {"string", "list"}
    given = is_known if is_valued else pc.and_(is_known, pc.or_(pc.not_equal(text, ""), pc.equal(kind, "x")))
    if one.type == "list":
        return _members(text, kind, one), kind, pc.fill_null(given, fill_value=False)
    if codes is not None:
        theirs, ours, kinds = codes
        found = pc.if_else(pc.not_equal(kind, "x"), pc.index_in(text, value_set=theirs), None)
        text, kind = ours.take(found), kinds.take(found)
        if is_valued:
            text, kind = pc.if_else(is_blank, "", text), pc.if_else(is_blank, "t", kind)
    if one.type != "boolean":
        text = pc.utf8_trim_whitespace(text)
    return text, kind, pc.fill_null(given, fill_value=False)


def _members(text: pa.Array, kind: pa.Array, one: DatasetField) -> pa.Array:
    """Return the lists a column of texts holds, each different text believed once; null where it is none."""
    known: dict[tuple[str | None, str], object] = {}
    for pair in zip(text.to_pylist(), kind.to_pylist(), strict=True):
        if pair not in known:
            known[pair] = _list(*pair, one)
    pairs = zip(text.to_pylist(), kind.to_pylist(), strict=True)
    return pa.array([known[pair] for pair in pairs], pa.list_(pa.string()))


def _list(text: str | None, kind: str, one: DatasetField) -> object:
    try:
        return believe(text, "list", one.codes, blank_is_value=one.blank_is_value) if kind in {"t", "i"} else None
    except Unbelievable:
        return None


def _codes(codes: Mapping[str, object]) -> tuple[pa.Array, ...]:
    """Return their codes, ours in the same order, and what each of ours is (`sources.scan`)."""
    kinds = ["b" if isinstance(one, bool) else "t" for one in codes.values()]
    return (
        pa.array(list(codes), pa.string()),
        pa.array([str(one) for one in codes.values()], pa.string()),
        pa.array(kinds, pa.string()),
    )


def _text(place: int) -> str:
    return f"{MARK}{place}"


def _kind(place: int) -> str:
    return f"{MARK}{place}{KIND}"


def _given(place: int) -> str:
    return f"{MARK}{place}{MARK}given"


def select(given: str, table: Table) -> str:
    """Return the query that believes the relation `given` of prepared pieces; each value is reckoned once."""
    values, chosen = [], []
    for place, one in enumerate(table.fields):
        value, is_given = f"v{place}", quoted(_given(place))
        values.append(f"{_value(quoted(_text(place)), quoted(_kind(place)), one.type)} AS {value}")
        chosen += [
            f"CASE WHEN {is_given} THEN {value} END AS {quoted(one.name)}",
            f"({is_given} AND {value} IS NULL) AS {quoted(one.name + INVALID)}",
        ]
    for key in table.keys:
        name = quoted(key_column(key))
        chosen.append(f"nullif({name}, '') AS {name}")
    if table.as_of:
        values.append(f"{_instant(quoted(table.as_of), quoted(table.as_of + KIND))} AS stamp")
        chosen.append(f"stamp AS {AS_OF}")
    return f"SELECT {', '.join(chosen)} FROM (SELECT *, {', '.join(values) or 'NULL'} FROM {given})"  # noqa: S608 - quoted


def _value(text: str, kind: str, type_: str) -> str:
    """Return the value of our type; null where it cannot be believed."""
    match type_:
        case "date":
            compact = f"regexp_full_match({text}, '\\d{{8}}')"
            dashed = f"regexp_full_match({text}, '\\d{{4}}-\\d{{2}}-\\d{{2}}')"
            return (
                f"CASE WHEN {kind} IN ('m', 'z') THEN TRY_CAST({text}[1:10] AS DATE) "
                f"WHEN {kind} IN ('b', 'x') OR {text} < '0001' THEN NULL "
                f"WHEN {dashed} THEN TRY_CAST({text} AS DATE) "
                f"WHEN {compact} THEN TRY_CAST(try_strptime({text}, '%Y%m%d') AS DATE) END"
            )
        case "boolean":
            read = f"CASE {text} WHEN 'true' THEN true WHEN 'false' THEN false END"
            return f"CASE WHEN {kind} = 'b' THEN {text} = 'True' ELSE {read} END"
        case "number":
            digits = f"translate(replace({text}, '_', ''), '{WIDE}', '0123456789')"
            is_one = f"regexp_full_match({digits}, '[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d+)?')"
            return f"CASE WHEN {kind} IN ('t', 'i', 'n', 'f') AND {is_one} THEN TRY_CAST({digits} AS {NUMBER}) END"
        case "list":
            return text
        case _:
            return f"CASE WHEN {kind} IN ('t', 'i') AND NOT contains({text}, chr(0)) THEN {text} END"


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
