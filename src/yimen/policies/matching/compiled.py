"""Predicates over several facts, compiled by `dmn.batch` and computed by DuckDB, some rows at a time."""

from dataclasses import replace
from datetime import date

import duckdb
import ibis
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from yimen.dmn import batch
from yimen.dmn.feel.types import ANY
from yimen.dmn.model import Decision
from yimen.policies.matching import bits
from yimen.policies.matching.bits import Words
from yimen.policies.matching.reading import Wording
from yimen.rules.logic import DAY

NAME, TABLE, ROW = "matched", "piece", "#"


def sql_of(wording: Wording, columns: pa.Schema, on: date | None) -> str:
    """Return the query that gives an expression's value for each row of the table `piece`; `on` as in `evaluating`.

    Raises:
        NotCompilable: no batch expresses it; the reason is in it.
    """
    fields = [*columns, pa.field(ROW, pa.int32()), *([] if on is None else [pa.field(DAY, pa.date32())])]
    table = ibis.table(ibis.Schema.from_pyarrow(pa.schema(fields)), name=TABLE)
    decision = Decision(
        id=NAME,
        key=NAME,
        name=NAME,
        label="",
        description="",
        sources=(),
        requires=(),
        type=ANY,
        tree=wording.tree,
        scope=wording.scope,
        compiled=wording.compiled,
    )
    model = wording.model
    extended = replace(
        model,
        decisions={**model.decisions, NAME: decision},
        by_key={**model.by_key, NAME: decision},
        plans={},
        codes={},
        masked={},
        apart={},
    )
    decided = batch.compile(extended, NAME, table)
    if not decided.value.type().is_boolean():
        raise batch.NotCompilable("结果不是真假值。", "请检查这个表达式。")
    return str(ibis.to_sql(decided.rows.select(ROW, value=decided.value), dialect="duckdb"))


class Computer:
    """DuckDB for one thread."""

    def __init__(self) -> None:
        """Open a database in memory."""
        self._connection = duckdb.connect(config={"threads": 1})

    def truths(self, sql: str, columns: pa.RecordBatch, on: date | None) -> tuple[Words, Words]:
        """Return where an expression is true, and where it is false."""
        rows = columns.num_rows
        given = {name: _plain(columns.column(name)) for name in columns.schema.names}
        given[ROW] = pa.array(np.arange(rows, dtype=np.int32))
        if on is not None:
            given[DAY] = pa.repeat(pa.scalar(on, pa.date32()), rows)
        self._connection.register(TABLE, pa.table(given))
        found = self._connection.sql(sql).to_arrow_table()
        self._connection.unregister(TABLE)
        value = found["value"].combine_chunks()
        places = found[ROW].to_numpy()
        made = np.zeros((2, rows), np.bool_)
        for line, truths in enumerate((value, pc.invert(value))):
            made[line, places] = pc.fill_null(truths, fill_value=False).to_numpy(zero_copy_only=False)
        one, other = bits.packed(made)
        return one, other


def plain_type(type_: pa.DataType) -> pa.DataType:
    """Return the type a column is handed to DuckDB in: no dictionary."""
    return type_.value_type if pa.types.is_dictionary(type_) else type_


def _plain(array: pa.Array) -> pa.Array:
    return array.dictionary_decode() if pa.types.is_dictionary(array.type) else array
