"""Build base libraries out of what was taken in batches (基础库建设)."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from yimen.core.errors import Invalid, NotFound
from yimen.datasets import base, base_queries
from yimen.datasets.base import Attribute, Built, Conflict, LibraryDefinition, validate
from yimen.datasets.base_queries import TABLE
from yimen.datasets.logic import BASE_LIBRARY, BATCH_PURPOSES
from yimen.datasets.models import BaseLibrary, Dataset
from yimen.datasets.services import batch
from yimen.datasets.services.exchange import SourceNonsense, SourceSilent
from yimen.datasets.services.permitting import GrantMissing
from yimen.lake import engine, store
from yimen.ledger.logic import Purpose
from yimen.parties.logic import Actor
from yimen.standards import masking
from yimen.tasks import logic as task_logic
from yimen.tasks import queries as task_queries
from yimen.tasks import services as tasks

CONFLICT = "base.conflict"
KEEP = 3
"""Snapshots of a table whose rows are kept."""


class BadLibrary(Invalid):
    """A base library makes no sense as it is defined."""

    code = "base.bad-library"
    title = "基础库定义有误。"


class NothingTaken(NotFound):
    """None of a library's datasets has been taken yet."""

    code = "base.nothing-taken"
    title = "还没有取到任何来源的数据，基础库无法建设。"


def put_library(definition: LibraryDefinition) -> BaseLibrary:
    """Create the library or bring its configuration up to date.

    Raises:
        BadLibrary: it makes no sense; the sentence says how to mend it.
    """
    if problems := validate(definition):
        raise BadLibrary(" ".join(problems), library=definition.code)
    kept, _ = BaseLibrary.objects.update_or_create(
        code=definition.code,
        defaults={
            "title": definition.title,
            "key": definition.key,
            "agency_id": definition.agency,
            "attributes": [{"name": one.name, "sources": list(one.sources)} for one in definition.attributes],
        },
    )
    return kept


def builder_of(library: BaseLibrary) -> Actor:
    """Return who builds a library when nobody in particular does: its agency's own machine."""
    return Actor("system", "base.build", f"{library.agency.short_name}（基础库建设）", library.agency_id)


def refresh(code: str, *, at: datetime) -> Built:
    """Take what a library is made of, and build it anew.

    Raises:
        LibraryNotFound: there is none. NothingTaken: no dataset of it could ever be taken.
    """
    by = builder_of(base_queries.library(code))
    take_all(code, by=by, at=at)
    return build(code, by=by, at=at)


def take_all(code: str, *, by: Actor, at: datetime) -> dict[str, str]:
    """Take every dataset of the library under its grants; return, by dataset, "" or why it could not be taken.

    Only fields the grant covers are asked for; one dataset in trouble keeps no other from being taken.
    """
    library = base_queries.library(code)
    wanted: dict[str, list[str]] = {}
    for row in base_queries.attributes_of(library):
        for dataset, field in row.sources:
            wanted.setdefault(dataset, []).append(field)
    purpose = Purpose(BASE_LIBRARY, f"{BATCH_PURPOSES[BASE_LIBRARY]}（{library.title}）")
    told = {}
    for dataset, fields in wanted.items():
        try:
            batch.take(dataset, fields=fields, purpose=purpose, actor=by, grantee=library.agency_id, at=at)
        except (GrantMissing, SourceSilent, SourceNonsense, batch.NotScannable) as error:
            told[dataset] = f"{error.title}{error.detail}"
        else:
            told[dataset] = ""
            store.prune(batch.table_of(dataset, purpose=BASE_LIBRARY, grantee=library.agency_id), keep=KEEP)
    return told


def build(code: str, *, by: Actor, at: datetime) -> Built:
    """Build the library anew out of the newest snapshots, and open a task for each pair of sources that differ.

    Raises:
        LibraryNotFound: there is none. NothingTaken: no dataset of it was taken yet.
    """
    library = base_queries.library(code)
    used = {dataset for row in base_queries.attributes_of(library) for dataset, _ in row.sources}
    taken = {dataset: one for dataset in used if (one := _newest(dataset, library)) is not None}
    attributes = _with_columns(base_queries.as_built(library, set(taken)), taken)
    if not attributes:
        raise NothingTaken("请先取数：yimen lake take。", library=code)
    with store.draft(TABLE + code, at=at) as draft, engine.connected(taken) as connection:
        query = base.build(connection, {one: one for one in taken}, attributes, key=library.key)
        connection.execute(batch.COPY.format(query=f"{query} ORDER BY record", path=engine.literal(str(draft.path))))
        connection.execute(f"CREATE VIEW built AS SELECT * FROM read_parquet({engine.literal(str(draft.path))})")  # noqa: S608
        built = base.look(connection, "built", attributes)
        levels = {row.name: row.level for row in base_queries.attributes_of(library)}
        conflicts = [_masked(one, levels) for one in built.conflicts]
        draft.close(
            {
                "library": code,
                "coverage": [asdict(one) for one in built.coverage],
                "conflicts": [asdict(one) for one in conflicts],
                "attributes": [asdict(one) for one in attributes],
                "sources": {dataset: one.id for dataset, one in taken.items()},
                "missing": sorted(used - taken.keys()),
            }
        )
        draft.publish({})
    store.prune(TABLE + code, keep=KEEP)
    _open_tasks(library, conflicts, by=by, at=at)
    return built


def _newest(dataset: str, library: BaseLibrary) -> store.Snapshot | None:
    try:
        return store.newest(batch.table_of(dataset, purpose=BASE_LIBRARY, grantee=library.agency_id))
    except store.NoSnapshot:
        return None


def _with_columns(attributes: Sequence[Attribute], taken: Mapping[str, store.Snapshot]) -> list[Attribute]:
    """Return the attributes with those sources only whose snapshot has the field: a grant may cover less."""
    columns = {dataset: {name for name, _ in one.schema} for dataset, one in taken.items()}
    kept = [
        Attribute(one.name, tuple(source for source in one.sources if source.field in columns[source.dataset]))
        for one in attributes
    ]
    return [one for one in kept if one.sources]


def _masked(one: Conflict, levels: Mapping[str, int]) -> Conflict:
    level = levels[one.attribute]
    examples = tuple(
        (
            masking.id_number(record),
            base_queries.text_of(first, one.attribute, level),
            base_queries.text_of(second, one.attribute, level),
        )
        for record, first, second in one.examples
    )
    return Conflict(one.attribute, one.first, one.second, one.count, examples)


def _open_tasks(library: BaseLibrary, conflicts: Sequence[Conflict], *, by: Actor, at: datetime) -> None:
    """Open one task for each attribute and pair of sources that differ, at the agency whose word counts second.

    A task about a pair that does not differ any more is closed.
    """
    waiting = task_queries.open_of(CONFLICT, [f"{library.code}/{one.reference}" for one in conflicts])
    titles = {row.name: row.title for row in base_queries.attributes_of(library)}
    with transaction.atomic():
        for one in conflicts:
            reference = f"{library.code}/{one.reference}"
            if not one.count:
                if reference in waiting:
                    tasks.close(waiting[reference][0], by=by, at=at, answer="重新建库后，双方说法一致。")
                continue
            if reference in waiting and waiting[reference][1] == "FIXED":
                tasks.reopen(waiting[reference][0], by=by, at=at, words=f"重新建库后仍有 {one.count} 条不一致。")
            first, second = (Dataset.objects.get(pk=code) for code in (one.first, one.second))
            tasks.open_task(
                CONFLICT,
                reference,
                title=f"{library.title}：{titles[one.attribute]}，{first.title}与{second.title}有 {one.count} 条不一致",
                agency=second.agency_id,
                due_on=task_logic.due_on(CONFLICT, opened_on=timezone.localdate(at)),
                by=by,
                at=at,
                details={"count": one.count, "first": one.first, "second": one.second, "examples": one.examples},
            )
