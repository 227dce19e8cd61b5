"""Batch exchange (批量交换): a whole table, under a grant of its own, with one ledger row for all of its subjects.

A grant whose item is the name of a batch purpose (`logic.BATCH_PURPOSES`) lets an agency take certain fields of
everybody. The row of the ledger has the Merkle root over the subjects and the digest of the snapshot, and is committed
before the snapshot can be seen by anybody. A process killed in between leaves a finished folder that nobody sees:
`recover` publishes it, because its row says the data were taken.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import duckdb
import pyarrow as pa

from yimen.core.errors import Conflict, DomainError
from yimen.datasets import believing, queries, sources, subjects
from yimen.datasets.logic import columns_of
from yimen.datasets.models import Dataset, DatasetField
from yimen.datasets.services.connections import connection_of
from yimen.datasets.services.exchange import SourceNonsense, SourceSilent
from yimen.datasets.services.permitting import FieldGone, Refusal, permitted
from yimen.datasets.sources import scan
from yimen.lake import engine, store
from yimen.ledger import queries as ledger_queries
from yimen.ledger import services as ledger
from yimen.ledger.logic import Purpose
from yimen.parties.logic import Actor

LONGEST_PIECE_S = 60.0
"""How long any piece of a table may take; the first may need the department's database to sort."""
COPY = "COPY ({query}) TO {path} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880)"
Progress = Callable[[int], None]


class NotScannable(Conflict):
    """The source answers about one subject at a time only."""

    code = "datasets.not-scannable"
    title = "这个数据源不能整表读取。"


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A table as it was taken (批量快照).

    `path` is Parquet with our fields by our names, `<field>__invalid` beside each, `key_person`, `key_org` and the
    like, and `as_of` where the department stamps its rows. `root` is the Merkle root over its subjects, empty where
    there are none; `entry` the number of the ledger row.
    """

    dataset: str
    path: Path
    rows: int
    root: str
    entry: int
    taken_at: datetime


def table_of(code: str, *, purpose: str, grantee: str) -> str:
    """Return the name of the lake's table: what one agency took for one purpose is no other's."""
    return f"{code}.{purpose}.{grantee}".lower()


def take(
    code: str,
    *,
    fields: Sequence[str],
    purpose: Purpose,
    actor: Actor,
    grantee: str,
    at: datetime,
    progress: Progress | None = None,
) -> Snapshot:
    """Take these fields of everybody in the dataset, under the grantee's grant for the purpose (`purpose.item`).

    `progress` is told how many rows have come. Whatever happens leaves one row in the ledger.

    Raises:
        GrantMissing and its kinds: no grant in force covers the purpose and every field today; nothing was read.
        NotScannable: the source cannot be read as a whole. SourceSilent, SourceNonsense: as for one record.
    """
    job = _Job(code, tuple(dict.fromkeys(fields)), purpose, actor, at)
    permitted(job, grantee, consent="")
    dataset, described = queries.described(code)
    if gone := sorted(set(job.fields) - described.keys()):
        raise job.refused(FieldGone(f"请提供部门重新编目，或改授权：{'、'.join(gone)}。", dataset=code, fields=gone))
    name = table_of(code, purpose=purpose.item, grantee=grantee)
    with store.draft(name, at=at) as draft, engine.connected() as connection:
        try:
            table = _table(dataset, believing.fields_of(described, job.fields))
            _fill(draft.path, dataset, table, connection, progress or (lambda _: None))
        except sources.Silent as error:
            job.record("SILENT", {})
            raise SourceSilent("请稍后再取。", dataset=code, agency=dataset.agency.short_name) from error
        except (sources.Nonsense, scan.NotScannable) as error:
            job.record("INVALID", {})
            raise _told(error, dataset) from error
        written = subjects.write(_names(draft.path, dataset), connection, draft.folder)
        told = {"root": written.root, "subjects": written.count}
        notes = {
            **told,
            "secret": written.secret,
            "dataset": code,
            "purpose": purpose.item,
            "grantee": grantee,
            "fields": list(job.fields),
        }
        snapshot = draft.close(notes)
        entry = job.record("OK", {**told, "run": draft.id, "table": name, "snapshot": snapshot})
        published = draft.publish({"entry": entry})
    return _as_taken(published)


def newest(code: str, *, purpose: str, grantee: str) -> Snapshot:
    """Return the newest snapshot of what this agency took for this purpose.

    Raises:
        NoSnapshot: there is none.
    """
    return _as_taken(store.newest(table_of(code, purpose=purpose, grantee=grantee)))


def recover() -> int:
    """Publish what a killed process had finished and recorded, throw away the rest; return how many there were."""
    return store.sweep(_recorded)


def _recorded(run: str, said: Mapping[str, object]) -> Mapping[str, object] | None:
    entry = ledger_queries.batch_of(run)
    if entry is None or entry.details.get("snapshot") != said.get("sha256"):
        return None
    return {"entry": entry.pk}


@dataclass(slots=True)
class _Job:
    """One job, as the ledger will tell it; `details` grow as more is known of it."""

    dataset: str
    fields: tuple[str, ...]
    purpose: Purpose
    actor: Actor
    at: datetime
    details: dict[str, object] = field(default_factory=dict)

    def record(self, result: str, more: Mapping[str, object]) -> int:
        return ledger.record_batch(
            actor=self.actor,
            dataset=self.dataset,
            fields=self.fields,
            purpose=self.purpose,
            result=result,
            at=self.at,
            details={**self.details, **more},
        )

    def refused(self, error: Refusal) -> Refusal:
        self.record("REFUSED", {"why": error.code})
        return error


@dataclass(slots=True)
class _Watched:
    """The pieces on their way into the database, which would hide what went wrong behind a failure of its own."""

    batches: Iterator[pa.RecordBatch]
    progress: Progress
    rows: int = 0
    failures: list[Exception] = field(default_factory=list)

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        try:
            for one in self.batches:
                self.rows += one.num_rows
                self.progress(self.rows)
                yield one
        except Exception as error:
            self.failures.append(error)
            raise


def _fill(
    path: Path,
    dataset: Dataset,
    table: believing.Table,
    connection: duckdb.DuckDBPyConnection,
    progress: Progress,
) -> None:
    """Write what the department has, believed, to the path."""
    reached = connection_of(dataset.connection)
    batches = scan.scan(dataset.source_kind, reached, dataset.settings, table.columns, timeout_s=LONGEST_PIECE_S)
    watched = _Watched(believing.map_codes(batches, table), progress)
    with closing(iter(watched)) as given:  # type: ignore[type-var]  # a generator, whose source is let go at once
        connection.register("given", pa.RecordBatchReader.from_batches(believing.schema_of(table), given))
        query = believing.select("given", table)
        try:
            connection.execute(COPY.format(query=query, path=engine.literal(str(path))))
        except duckdb.Error as error:
            raise (watched.failures[0] if watched.failures else error) from error
        finally:
            connection.unregister("given")


def _table(dataset: Dataset, fields: tuple[DatasetField, ...]) -> believing.Table:
    keys = columns_of(str(dataset.settings.get("key", "")), dataset.keyed_by)
    if absent := [one for one in dataset.keyed_by if not keys.get(one)]:
        raise scan.NotScannable(f"settings 中没有写明 {'、'.join(absent)} 对应的列（key），取来的行不知道是谁的")
    return believing.Table(fields, {one: keys[one] for one in dataset.keyed_by}, dataset.settings.get("as_of", ""))


def _names(path: Path, dataset: Dataset) -> str:
    """Return the query for the names of everybody in the snapshot."""
    source = f"read_parquet({engine.literal(str(path))})"
    keys = subjects.subject_keys(dataset.keyed_by)
    parts = [
        f"SELECT {engine.literal(f'{one}:')} || {engine.quoted(believing.key_column(one))} AS name FROM {source}"  # noqa: S608 - quoted
        for one in keys
    ]
    return " UNION ALL ".join(parts)


def _told(error: Exception, dataset: Dataset) -> DomainError:
    if isinstance(error, scan.NotScannable):
        return NotScannable(f"{error}。", dataset=dataset.pk)
    return SourceNonsense(f"{error}。", dataset=dataset.pk, agency=dataset.agency.short_name)


def _as_taken(one: store.Snapshot) -> Snapshot:
    return Snapshot(
        dataset=str(one.notes["dataset"]),
        path=one.path,
        rows=one.rows,
        root=str(one.notes["root"]),
        entry=int(str(one.notes["entry"])),
        taken_at=one.taken_at,
    )
