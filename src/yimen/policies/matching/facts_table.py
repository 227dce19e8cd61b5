"""The table that everybody is matched on (政策匹配事实表): a row an organisation, a column a fact, in the lake.

It is made from whole tables that departments give for this one purpose (`datasets.logic.POLICY_MATCHING`), each under
its grant and with its row in the ledger; nothing else is read. A sensitive fact is granted to nobody in bulk, so it
stays unknown here and is asked for in the case.

    subject       the party's identifier, as text
    org           its unified social credit code
    org.…         a fact by its full name; NULL is unknown
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import islice
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
from django.utils import timezone

from yimen.core.errors import DomainError
from yimen.datasets import queries as datasets
from yimen.datasets import services as exchange
from yimen.datasets.believing import INVALID, NUMBER, key_column
from yimen.datasets.logic import BATCH_PURPOSES, POLICY_MATCHING
from yimen.datasets.services import batch
from yimen.facts import queries as facts
from yimen.facts.logic import FactDefinition, FactType
from yimen.facts.resolver import ORGANISATION
from yimen.lake import engine, store
from yimen.ledger.logic import Purpose
from yimen.parties import queries as parties
from yimen.parties.logic import Actor
from yimen.policies.matching.facts_columns import (
    FAST,
    SCALES,
    SQL_TYPES,
    FactColumn,
    Length,
    SourceColumn,
    measured,
    narrowest,
    relation,
)

TABLE = "policy-facts"
SUBJECT, CODE = "subject", "org"
PREFIX = f"{ORGANISATION}."
KEEP = 3
"""Snapshots whose rows are kept."""
AT_ONCE = 20_000
PURPOSE = Purpose(POLICY_MATCHING, BATCH_PURPOSES[POLICY_MATCHING])
Progress = Callable[[str, int], None]
"""Told what is being done (a dataset's code, or TABLE) and how many rows of it are done."""


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What a refresh gave: the table, and by dataset "" or why it could not be taken; then its last snapshot stands."""

    table: store.Snapshot
    taken: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a dataset is taken for: the facts' fields that its grant covers, and whose grant it is; "" where none is."""

    dataset: str
    fields: tuple[str, ...]
    grantee: str
    trouble: str = ""


def refresh(*, by: Actor, at: datetime, progress: Progress | None = None) -> Refreshed:
    """Take every dataset the facts of organisations come from, and build the table anew.

    A dataset in trouble (no grant, silent, not readable as a whole) keeps no other from being taken.
    """
    told = take_all(by=by, at=at, progress=progress)
    return Refreshed(build(at=at, progress=progress), told)


def take_all(*, by: Actor, at: datetime, progress: Progress | None = None) -> dict[str, str]:
    """Take every dataset under the grant for matching; return, by dataset, "" or why it could not be taken."""
    told: dict[str, str] = {}
    for one in _wanted(at):
        if one.trouble:
            told[one.dataset] = one.trouble
            continue
        try:
            exchange.take(
                one.dataset,
                fields=one.fields,
                purpose=PURPOSE,
                actor=by,
                grantee=one.grantee,
                at=at,
                progress=_of(progress, one.dataset),
            )
        except (exchange.GrantMissing, exchange.SourceSilent, exchange.SourceNonsense, exchange.NotScannable) as error:
            told[one.dataset] = _words(error)
        else:
            told[one.dataset] = ""
            store.prune(batch.table_of(one.dataset, purpose=POLICY_MATCHING, grantee=one.grantee), keep=KEEP)
    return told


def build(*, at: datetime, progress: Progress | None = None) -> store.Snapshot:
    """Build the table out of the newest snapshots of each dataset, and publish it whole.

    A dataset that was never taken leaves its facts unknown. Only fields that today's grants cover are used, whatever an
    older snapshot has.
    """
    wanted = _wanted(at)
    taken = {one.dataset: found for one in wanted if (found := _newest(one)) is not None}
    fields = {one.dataset: one.fields for one in wanted}
    with store.draft(TABLE, at=at) as draft, engine.connected(taken) as connection:
        columns = _columns(connection, taken, fields)
        everybody = draft.beside("everybody.parquet")
        _write_everybody(everybody, _of(progress, TABLE))
        joins = [
            f"LEFT JOIN {relation(dataset, key_column(ORGANISATION))} {alias} "
            f"ON {alias}.{key_column(ORGANISATION)} = upper(e.{CODE})"
            for dataset, alias in _aliases(taken).items()
        ]
        chosen = [f"e.{SUBJECT}", f"e.{CODE}", *(one.sql() for one in columns)]
        query = f"SELECT {', '.join(chosen)} FROM {_file(everybody)} e {' '.join(joins)} ORDER BY e.{CODE}"  # noqa: S608 - quoted
        connection.execute(batch.COPY.format(query=query, path=engine.literal(str(draft.path))))
        everybody.unlink()
        draft.close(
            {
                "sources": {dataset: one.id for dataset, one in taken.items()},
                "entries": {dataset: one.notes["entry"] for dataset, one in taken.items()},
                "missing": sorted(one.dataset for one in wanted if one.dataset not in taken),
            }
        )
        built = draft.publish({})
    store.prune(TABLE, keep=KEEP)
    return built


def newest() -> store.Snapshot:
    """Return the newest table.

    Raises:
        NoSnapshot: it was never built.
    """
    return store.newest(TABLE)


def columns_of_facts() -> list[FactDefinition]:
    """Return the facts that are a column, by name: an organisation's, single values and lists of codes."""
    return [one for one in facts.every() if one.name.startswith(PREFIX) and one.type in SQL_TYPES]


def _write_everybody(path: Path, progress: Callable[[int], None]) -> None:
    """Write who is known to the platform, piece by piece, for an engine whose threads have no database."""
    done, waiting = 0, parties.credit_codes()
    schema = pa.schema([(SUBJECT, pa.string()), (CODE, pa.string())])
    with pq.ParquetWriter(path, schema) as file:
        while some := list(islice(waiting, AT_ONCE)):
            columns = [[str(party) for party, _ in some], [code for _, code in some]]
            file.write_batch(pa.record_batch(columns, schema=schema))
            done += len(some)
            progress(done)


def _file(path: Path) -> str:
    return f"read_parquet({engine.literal(str(path))})"


def _asked_by_organisation() -> dict[str, list[str]]:
    """Return the fields that the facts come from, by dataset; those asked about anybody else are none of them."""
    found: dict[str, dict[str, None]] = {}
    for one in columns_of_facts():
        for source in one.sources:
            found.setdefault(source.dataset, {})[source.field] = None
    keyed = datasets.keyed_by(found)
    return {name: list(fields) for name, fields in found.items() if keyed.get(name) == (ORGANISATION,)}


def _wanted(at: datetime) -> list[Wanted]:
    """Return what is to be taken: of what the facts come from only what somebody's grant for matching covers today."""
    found = []
    for dataset, fields in sorted(_asked_by_organisation().items()):
        try:
            grant = datasets.batch_grant(dataset, purpose=POLICY_MATCHING, on=timezone.localdate(at))
        except datasets.NoBatchGrant as error:
            found.append(Wanted(dataset, (), "", _words(error)))
            continue
        granted = tuple(one for one in fields if one in grant.fields)
        found.append(Wanted(dataset, granted, grant.grantee, "" if granted else "授权不包括匹配用到的字段。"))
    return found


def _newest(one: Wanted) -> store.Snapshot | None:
    if not one.grantee:
        return None
    try:
        return store.newest(batch.table_of(one.dataset, purpose=POLICY_MATCHING, grantee=one.grantee))
    except store.NoSnapshot:
        return None


def _aliases(taken: Mapping[str, store.Snapshot]) -> dict[str, str]:
    return {dataset: f"t{place}" for place, dataset in enumerate(taken)}


def _columns(
    connection: duckdb.DuckDBPyConnection, taken: Mapping[str, store.Snapshot], fields: Mapping[str, Sequence[str]]
) -> list[FactColumn]:
    """Return every fact as a column over the snapshots; a number in as few digits as what was taken needs."""
    aliases, lengths = _aliases(taken), _lengths(connection, taken, fields)
    asked, found = _asked_by_organisation(), []
    for one in columns_of_facts():
        heard: list[SourceColumn | None] = []
        for source in one.sources:
            if source.dataset not in asked:
                continue  # asked about somebody else: the resolver passes it over as well
            alias, known = aliases.get(source.dataset), _described(source.dataset).get(source.field)
            is_there = source.field in fields.get(source.dataset, ()) and alias is not None and known is not None
            is_there = is_there and source.field + INVALID in _names(taken[source.dataset])
            heard.append(SourceColumn(alias, source.field, *known) if is_there and alias and known else None)
        used = [lengths[key] for source in one.sources if (key := (source.dataset, source.field)) in lengths]
        found.append(FactColumn(one, tuple(heard), _type(one, used)))
    return found


def _described(dataset: str) -> dict[str, tuple[str, str]]:
    """Return type and meaning of absence of each field of a dataset."""
    return {name: (one.type, one.when_absent) for name, one in datasets.described(dataset)[1].items()}


def _names(one: store.Snapshot) -> set[str]:
    return {name for name, _ in one.schema}


def _type(definition: FactDefinition, lengths: Sequence[Length]) -> str:
    if definition.type is not FactType.NUMBER:
        return SQL_TYPES[definition.type]
    greatest = max((one.greatest for one in lengths), default=Decimal(0))
    enough = [all(one.enough[place] for one in lengths) for place in range(len(SCALES))]
    scale = narrowest(greatest, enough)
    return NUMBER if scale is None else f"DECIMAL({FAST}, {scale})"


def _lengths(
    connection: duckdb.DuckDBPyConnection, taken: Mapping[str, store.Snapshot], fields: Mapping[str, Sequence[str]]
) -> dict[tuple[str, str], Length]:
    """Return how long the numbers are that were taken, by dataset and field."""
    found: dict[tuple[str, str], Length] = {}
    for dataset, one in taken.items():
        types = _described(dataset)
        numbers = [name for name in fields[dataset] if types[name][0] == "number" and name in _names(one)]
        if not numbers:
            continue
        (row,) = connection.execute(measured(dataset, numbers)).fetchall()
        width = 1 + len(SCALES)
        for place, name in enumerate(numbers):
            greatest, *enough = row[place * width : (place + 1) * width]
            # What no record means is a number too, and nowhere in what was taken.
            absent = Decimal(types[name][1] or 0)
            found[dataset, name] = Length(max(Decimal(str(greatest)), abs(absent)), tuple(map(bool, enough)))
    return found


def _of(progress: Progress | None, what: str) -> Callable[[int], None]:
    def told(rows: int) -> None:
        if progress is not None:
            progress(what, rows)

    return told


def _words(error: DomainError) -> str:
    return f"{error.title}{error.detail}"
