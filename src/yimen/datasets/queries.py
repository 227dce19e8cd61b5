"""Reads of the catalogue of datasets, and the one query that says who may read what."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from yimen.core import pipeline
from yimen.core.errors import NotFound
from yimen.core.memo import remembered
from yimen.datasets.models import Dataset, DatasetField, Grant

ACCESS = """
SELECT g.id, g.status, g.fields @> %s::varchar[] AS fits,
  g.valid_from <= %s AND (g.valid_until IS NULL OR g.valid_until > %s) AS holds,
  d.sharing = 'WITHHELD' AS withheld, g.basis_kind, g.needs_consent, g.limit_per_minute, g.limit_per_day
FROM datasets_grant g JOIN datasets_dataset d ON d.code = g.dataset_id
WHERE g.dataset_id = %s AND g.grantee_id = %s AND g.item = %s
ORDER BY g.status = 'ACTIVE' DESC, 4 DESC, 3 DESC, g.needs_consent, g.id DESC LIMIT 1
"""
"""Of several grants the one that lets the read through, else the one that says best why not."""


@dataclass(frozen=True, slots=True)
class Access:
    """What a grant says to one exchange (访问规则): whether it covers the fields and the day, and on what terms."""

    grant: int
    status: str
    covers_fields: bool
    covers_day: bool
    is_withheld: bool
    basis_kind: str
    needs_consent: bool
    limit_per_minute: int | None
    limit_per_day: int | None

    @property
    def permits(self) -> bool:
        """Tell whether these fields may be read on that day."""
        is_active = self.status == Grant.Status.ACTIVE.value
        return is_active and self.covers_fields and self.covers_day and not self.is_withheld


def access(dataset: str, *, grantee: str, item: str, fields: Sequence[str], on: date) -> Access | None:
    """Return what the grant for this item says to a read of these fields on that day, None where there is none.

    Asked of the database each time and never remembered: a grant revoked now is refused at the next exchange.
    """
    row = pipeline.ask_now(ACCESS, [list(fields), on, on, dataset, grantee, item])
    return None if row is None else Access(*row)  # type: ignore[arg-type]  # the columns of ACCESS


def is_granted(dataset: str, *, grantee: str, item: str, fields: Sequence[str], on: date) -> bool:
    """Tell whether a grant lets these fields be read for this item on that day. Asked of the database each time."""
    found = access(dataset, grantee=grantee, item=item, fields=fields, on=on)
    return found is not None and found.permits


@remembered
def described(code: str) -> tuple[Dataset, Mapping[str, DatasetField]]:
    """Return a dataset with its agency, and its fields by name.

    Raises:
        Dataset.DoesNotExist: there is none of this code.
    """
    dataset = Dataset.objects.select_related("agency").get(pk=code)
    return dataset, {one.name: one for one in dataset.fields.all()}


class NoBatchGrant(NotFound):
    """No agency, or several, may take this dataset for this purpose."""

    code = "datasets.no-batch-grant"
    title = "没有找到这项批量共享授权。"


@dataclass(frozen=True, slots=True)
class BatchGrant:
    """A grant in force to take a whole dataset: by which agency, and which fields."""

    grantee: str
    grantee_name: str
    fields: tuple[str, ...]


def batch_grant(code: str, *, purpose: str, grantee: str = "", on: date) -> BatchGrant:
    """Return the grant of this agency, or the only one there is where none is named.

    Raises:
        NoBatchGrant: there is none, or there are several.
    """
    found = Grant.objects.filter(
        dataset_id=code, item=purpose, valid_from__lte=on, status=Grant.Status.ACTIVE
    ).select_related("grantee")
    rows = list(found.filter(Q(valid_until=None) | Q(valid_until__gt=on)).order_by("grantee_id"))
    fitting = [one for one in rows if grantee in {"", one.grantee_id}]
    if len(fitting) != 1:
        told = "、".join(one.grantee_id for one in rows)
        raise NoBatchGrant(
            f"请写明使用部门（--agency）：{told}。" if rows else "请联系数据提供部门办理。", dataset=code
        )
    (one,) = fitting
    return BatchGrant(one.grantee_id, one.grantee.short_name, tuple(one.fields))


def field_titles(names: Iterable[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """Return the Chinese title of each (dataset, field)."""
    wanted = set(names)
    rows = DatasetField.objects.filter(dataset_id__in={dataset for dataset, _ in wanted})
    return {(row.dataset_id, row.name): row.title for row in rows if (row.dataset_id, row.name) in wanted}


def keyed_by(codes: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Return what each of these datasets is keyed by."""
    return _keyed_by(frozenset(codes))


def reached_through(codes: Iterable[str]) -> dict[str, tuple[str, str]]:
    """Return through which connection each of these datasets is read, and its agency's short name.

    Files of one folder come each by itself: that one is missing says nothing about the next.
    """
    return _reached_through(frozenset(codes))


@remembered
def _reached_through(codes: frozenset[str]) -> dict[str, tuple[str, str]]:
    rows = Dataset.objects.filter(pk__in=codes).values_list("pk", "source_kind", "connection", "agency__short_name")
    return {code: (code if kind == "file" else connection, agency) for code, kind, connection, agency in rows}


@remembered
def _keyed_by(codes: frozenset[str]) -> dict[str, tuple[str, ...]]:
    return {code: tuple(names) for code, names in Dataset.objects.filter(pk__in=codes).values_list("pk", "keyed_by")}


def field_types(code: str) -> dict[str, str]:
    """Return the type of each field of a published dataset by name; empty where there is no such dataset."""
    fields = DatasetField.objects.filter(dataset_id=code, dataset__status=Dataset.Status.PUBLISHED)
    return dict(fields.values_list("name", "type"))


@dataclass(frozen=True, slots=True)
class FieldChoice:
    """A field of a published dataset, to choose from (数据资源字段)."""

    dataset: str
    dataset_title: str
    agency: str
    name: str
    title: str
    type: str


def field_choices(types: Collection[str]) -> list[FieldChoice]:
    """Return the fields of these types of every published dataset, by dataset."""
    rows = DatasetField.objects.filter(type__in=types, dataset__status=Dataset.Status.PUBLISHED)
    return [
        FieldChoice(row.dataset_id, row.dataset.title, row.dataset.agency.short_name, row.name, row.title, row.type)
        for row in rows.select_related("dataset__agency").order_by("dataset__title", "dataset_id", "pk")
    ]


def of_agency(code: str) -> dict[str, str]:
    """Return the titles of an agency's datasets by their code."""
    return dict(Dataset.objects.filter(agency_id=code).values_list("code", "title"))


def titles() -> dict[str, str]:
    """Return the title of every dataset by its code."""
    return dict(Dataset.objects.values_list("code", "title"))


@dataclass(frozen=True, slots=True)
class ColumnRow:
    """One field of a dataset with the column it is read from. `relation` is a table, an address or a file."""

    dataset: str
    dataset_title: str
    keyed_by: tuple[str, ...]
    name: str
    title: str
    connection: str
    relation: str
    source_name: str


RELATION = {"sql": "relation", "rest": "path", "file": "file"}
"""The setting that says where in a source a dataset is, by its kind."""


def columns() -> list[ColumnRow]:
    """Return every field of every dataset with its column, by dataset, whatever the dataset's status."""
    rows = DatasetField.objects.select_related("dataset").order_by("dataset_id", "pk")
    return [
        ColumnRow(
            dataset=row.dataset_id,
            dataset_title=row.dataset.title,
            keyed_by=tuple(row.dataset.keyed_by),
            name=row.name,
            title=row.title,
            connection=row.dataset.connection,
            relation=str(row.dataset.settings.get(RELATION.get(row.dataset.source_kind, "relation"), "")),
            source_name=row.source_name,
        )
        for row in rows
    ]
