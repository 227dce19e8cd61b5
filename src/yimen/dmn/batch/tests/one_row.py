"""One evaluation as a batch of one row."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache

import ibis
import pyarrow as pa

from yimen.dmn import batch, reference
from yimen.dmn.batch.tests.differ import plain, run
from yimen.dmn.feel.types import ANY
from yimen.dmn.inputs import given, received
from yimen.dmn.values import Unknown, YearsMonths

NULL = "事实是空值：批量里没有空的事实。"
NO_COLUMN = "事实的值放不进一列。"
SERVICE = "决策服务要有输入决策的值。"


@cache
def connection():
    """One database for all rows of a process."""
    return ibis.duckdb.connect(threads=1)


def compare(model, name, inputs, outcome):
    """Hold the batch against an outcome. Return why there is none; empty where it ran."""
    if name not in model.decisions:
        return SERVICE
    facts = {path: received_of(model, inputs, path) for path in sorted(model.decisions[name].facts)}
    if None in facts.values():
        return NULL
    known = {path: value for path, value in facts.items() if not isinstance(value, Unknown)}
    try:
        row = {path: pa.array([value], arrow_type(value)) for path, value in known.items()}
    except TypeError:
        return NO_COLUMN
    database = connection()
    database.con.register("one_row", pa.table({**row, "#": pa.array([1])}))
    try:
        made = batch.compile(model, name, database.table("one_row"))
        (found,) = run(made.table(), database)
    except batch.NotCompilable as error:
        return error.what
    finally:
        database.con.unregister("one_row")
    if found["determined"]:
        assert outcome.determined, (found, outcome)
        assert plain(found["value"]) == plain(outcome.value), (found, outcome)
    outcome = reference.evaluate(model, name, inputs)  # the quick ways may settle more
    assert found["determined"] == outcome.determined, (found, outcome)
    assert plain(found["value"]) == (plain(outcome.value) if outcome.determined else None), (found, outcome)
    words = [found[key] for key in found if key.startswith("missing")]
    assert set(made.missing_names(*words)) == set(outcome.missing), (found, outcome)
    return ""


def received_of(model, inputs, path):
    """A fact as the evaluator takes it: of the declared type, or null."""
    raw = given(inputs, path)
    return raw if isinstance(raw, Unknown) else received(raw, model.types.get(path, ANY), path, lambda *_: None)


def arrow_type(value):
    """The narrowest column that holds a value."""
    match value:
        case bool():
            return pa.bool_()
        case str():
            return pa.string()
        case Decimal():
            _, digits, exponent = value.as_tuple()
            scale = max(0, -exponent)
            precision = max(len(digits) + max(0, exponent), scale, 1)
            if precision > 38:
                raise TypeError(value)
            return pa.decimal128(precision, scale)
        case datetime() if value.tzinfo is None:
            return pa.timestamp("us")
        case date() if not isinstance(value, datetime):
            return pa.date32()
        case timedelta() | YearsMonths():
            raise TypeError(value)
        case _:
            raise TypeError(type(value))
