"""The same run on a Spark cluster: row groups of a file are shared out, each is worked on as here.

Every worker reads its row groups itself, so the file has to lie under the same path everywhere, as a lake on shared
storage does. The rules travel as they are written, and each worker's process plans them once. What comes back are the
pieces in their order: the result is the same to the last row.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import pyarrow as pa

from yimen import dmn
from yimen.core.errors import Unavailable
from yimen.policies.matching.binding import bind
from yimen.policies.matching.desk import Desk, Piece, needed, pairs_schema
from yimen.policies.matching.engine import Progress, Result, collected, key_of
from yimen.policies.matching.plan import Plan, plan
from yimen.policies.matching.sources import Source, batches_in, groups, path_of, rows_of, schema_of

Rules = Mapping[str, bytes]
"""The rules of measures as DMN, by the measure's name."""


class NoCluster(Unavailable):
    """Matching is set to run on Spark, and PySpark or Java is not there."""

    code = "policies.no-cluster"
    title = "匹配设定在 Spark 上运行，但 Spark 不可用。"


@dataclass(frozen=True, slots=True)
class Order:
    """What a worker is told: the rules, the file, the day, and the column that names the subject."""

    rules: tuple[tuple[str, bytes], ...]
    path: str
    on: date
    key: str


@dataclass(frozen=True, slots=True)
class _Sent:
    """A piece on its way back: its pairs as Arrow writes them."""

    rows: int
    counts: Any
    pairs: bytes


def match(
    rules: Rules,
    source: Source,
    *,
    on: date,
    key: str = "subject",
    into: Path | None = None,
    progress: Progress | None = None,
    master: str,
) -> Result:
    """Match every row of a file with every measure on a cluster; see `engine.match`.

    Raises:
        NoCluster: PySpark is not installed, or there is no Java.
        ColumnMismatch: a column is of another type than its fact is declared with.
    """
    made, schema, path = planned(rules), schema_of(source), path_of(source)
    bound, named = bind(made, schema, on, rows=rows_of(source)), key_of(source, key)
    order = Order(tuple(rules.items()), str(path), on, named)
    shares = groups(path)
    with _context(master) as spark:
        sent = spark.parallelize(shares, max(1, len(shares))).mapPartitions(_Worker(order))
        done = (_received(one) for one in sent.toLocalIterator(prefetchPartitions=True))
        return collected(made, bound, done, pairs_schema(schema, named), into=into, progress=progress)


@dataclass(frozen=True, slots=True)
class _Worker:
    """What is done with some row groups, wherever they are shared out to."""

    order: Order

    def __call__(self, shares: Iterator[tuple[int, int]]) -> Iterator[_Sent]:
        order = self.order
        desk, columns = _desk(order)
        for group, first in shares:
            for batch in batches_in(Path(order.path), group, columns):
                piece = desk.work(batch, first)
                first += batch.num_rows  # noqa: PLW2901 - the next piece begins there
                yield _Sent(piece.rows, piece.counts, _written(piece.pairs))


@lru_cache(maxsize=2)
def _desk(order: Order) -> tuple[Desk, Sequence[str]]:
    path = Path(order.path)
    made, schema = planned(dict(order.rules)), schema_of(path)
    bound = bind(made, schema, order.on, rows=rows_of(path))
    return Desk(made, bound, schema, order.key), needed(bound, order.key)


def planned(rules: Rules) -> Plan:
    """Return the plan for rules as they are written; a process reads each once."""
    return plan({name: _model(hashlib.sha256(xml).digest(), xml) for name, xml in rules.items()})


@lru_cache(maxsize=1024)
def _model(digest: bytes, xml: bytes) -> dmn.Model:
    del digest  # part of the key
    return dmn.load(xml)


def _written(batch: pa.RecordBatch) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, batch.schema) as writer:
        writer.write_batch(batch)
    return bytes(sink.getvalue())


def _received(sent: _Sent) -> Piece:
    with pa.ipc.open_stream(sent.pairs) as reader:
        return Piece(sent.rows, sent.counts, reader.read_next_batch())


@contextmanager
def _context(master: str) -> Iterator[Any]:
    try:
        from pyspark import SparkConf, SparkContext  # noqa: PLC0415 - only whoever runs on a cluster has it
        from pyspark.errors import PySparkRuntimeError  # noqa: PLC0415
    except ModuleNotFoundError as error:
        raise NoCluster("没有安装 PySpark。请执行 pip install -r requirements/spark.txt，或改用 numpy。") from error
    conf = SparkConf().setMaster(master).setAppName("yimen matching").set("spark.ui.enabled", "false")
    try:
        context = SparkContext.getOrCreate(conf)
    except (PySparkRuntimeError, FileNotFoundError, OSError) as error:
        raise NoCluster(f"Spark 没有启动（{master}）。请检查 Java 17 和集群地址。") from error
    try:
        yield context
    finally:
        context.stop()
