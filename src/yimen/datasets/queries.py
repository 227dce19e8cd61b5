"""Reads of the catalogue of datasets, and the one query that says who may read what."""

from collections.abc import Iterable, Sequence
from datetime import date

from django.db.models import Q

from yimen.datasets.models import Dataset, DatasetField, Grant


def covering_grant(dataset: str, *, grantee: str, item: str, fields: Sequence[str], on: date) -> Grant | None:
    """Return the grant under which these fields may be read for this item on that day; None: they may not."""
    return (
        Grant.objects.filter(Q(valid_until=None) | Q(valid_until__gt=on), valid_from__lte=on)
        .filter(dataset_id=dataset, grantee_id=grantee, item=item, fields__contains=list(fields))
        .exclude(dataset__sharing="WITHHELD")
        .select_related("dataset__agency")
        .first()
    )


def has_other_grant(dataset: str, *, grantee: str, item: str, on: date) -> bool:
    """Tell whether there is a grant for the item that is over or has not begun."""
    return (
        Grant.objects.filter(dataset_id=dataset, grantee_id=grantee, item=item)
        .filter(Q(valid_until__lte=on) | Q(valid_from__gt=on))
        .exists()
    )


def field_titles(names: Iterable[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """Return the Chinese title of each (dataset, field)."""
    wanted = set(names)
    rows = DatasetField.objects.filter(dataset_id__in={dataset for dataset, _ in wanted})
    return {(row.dataset_id, row.name): row.title for row in rows if (row.dataset_id, row.name) in wanted}


def keyed_by(codes: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Return what each of these datasets is keyed by."""
    return {
        code: tuple(names) for code, names in Dataset.objects.filter(pk__in=set(codes)).values_list("pk", "keyed_by")
    }
