"""Runs a batch beside the evaluator, row by row, and says where they differ."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal

import ibis
import pyarrow as pa

from yimen import dmn
from yimen.dmn import batch, reference
from yimen.dmn.values import UNKNOWN

ARROW = {
    "number": pa.int32(),
    "decimal": pa.decimal128(8, 2),
    "float": pa.float64(),
    "string": pa.string(),
    "boolean": pa.bool_(),
    "date": pa.date32(),
    "date and time": pa.timestamp("us"),
}


def arrow(rows: Sequence[Mapping[str, object]], kinds: Mapping[str, str]) -> pa.Table:
    """Rows as a table; what is absent or UNKNOWN is NULL."""

    def cell(value, kind):
        if value is UNKNOWN or value is None:
            return None
        return Decimal(value).quantize(Decimal("0.01")) if kind == "decimal" else value

    columns = {name: pa.array([cell(row.get(name), kind) for row in rows], ARROW[kind]) for name, kind in kinds.items()}
    return pa.table({**columns, "#": pa.array(range(len(rows)), pa.int32())})


def plain(value):
    """A value as both sides can be compared: numbers as decimals, contexts and lists through and through."""
    match value:
        case bool() | str() | None | date():
            return value
        case int() | float() | Decimal():
            return Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
        case dict():
            return {key: plain(entry) for key, entry in value.items()}
        case list():
            return [plain(one) for one in value]
        case _ if hasattr(value, "months"):
            return Decimal(value.months)
        case _ if hasattr(value, "total_seconds"):
            return Decimal(value // timedelta(microseconds=1))
        case _:
            return value


def put(given, connection):
    """The rows as a table of the engine. Into Spark without Ibis, whose way leads through pandas, where NULL is NaN."""
    name = ibis.util.gen_name("rows")
    if connection.name != "pyspark":
        return connection.create_table(name, given)
    connection._session.createDataFrame(given).createOrReplaceTempView(name)
    return connection.table(name)


def run(table, connection):
    """What a table expression gives, as dicts: from DuckDB and Spark past Ibis, which would compile it twice."""
    match connection.name:
        case "duckdb":
            return connection.con.sql(connection.compile(table)).to_arrow_table().to_pylist()
        case "pyspark":
            return [row.asDict(recursive=True) for row in connection._session.sql(connection.compile(table)).collect()]
        case _:
            return table.to_pyarrow().to_pylist()


def decided(model, name, rows, kinds, connection):
    """The batch's rows, each as a dict of value, determined, missing (names), failing and single_failing."""
    given = arrow(rows, kinds)
    made = batch.compile(model, name, put(given, connection))
    found = run(made.table("#"), connection)
    for one in sorted(found, key=lambda each: each["#"]):
        words = [one[key] for key in one if key.startswith("missing")]
        yield {**one, "missing": set(made.missing_names(*words))}


def assert_same(model, name, rows, kinds, connection):
    """Hold every row of the batch against the evaluator as it is written down.

    The quick ways of `dmn.evaluate` may settle more, but never otherwise.
    """
    required = [key for key in model.decisions[name].requires if key in model.by_key]
    for row, found in zip(rows, decided(model, name, rows, kinds, connection), strict=True):
        facts = {key: value for key, value in row.items() if value is not None and value is not UNKNOWN}
        outcome = reference.evaluate(model, name, facts)
        quick = dmn.evaluate(model, name, facts)
        assert not outcome.determined or (quick.determined and plain(quick.value) == plain(outcome.value)), (row, quick)
        assert found["determined"] == outcome.determined, (row, found, outcome)
        if outcome.determined:
            assert plain(found["value"]) == plain(outcome.value), (row, found, outcome.value)
        else:
            assert found["value"] is None, (row, found)
        assert found["missing"] == set(outcome.missing), (row, found, outcome.missing)
        if "failing" in found:
            failed = [key for key in required if dmn.evaluate(model, key, facts).value is False]
            assert found["failing"] == len(failed), (row, found, failed)
            assert found["single_failing"] == (failed[0] if len(failed) == 1 else None), (row, found, failed)
