"""Grants follow their dataset: what it no longer gives nobody may read, and with it they end (授权随资源变更)."""

from datetime import date, timedelta

from django.db.models import Q, QuerySet

from yimen.datasets.models import Grant


def narrow_grants(dataset: str, *, to: set[str], on: date) -> int:
    """Take every field out of the dataset's grants that is not among `to`; return how many grants changed.

    A grant that has no field left ends that day.
    """
    changed = 0
    for grant in _lasting(dataset, on):
        left = [name for name in grant.fields if name in to]
        if left == list(grant.fields):
            continue
        changed += 1
        if left:
            grant.fields = left
            grant.save(update_fields=["fields"])
        else:
            _end(grant, on)
    return changed


def end_grants(dataset: str, *, on: date) -> int:
    """End every grant of the dataset from that day, whoever gave it; return how many ended."""
    lasting = list(_lasting(dataset, on))
    for grant in lasting:
        _end(grant, on)
    return len(lasting)


def _lasting(dataset: str, on: date) -> QuerySet[Grant]:
    return Grant.objects.select_for_update().filter(Q(valid_until=None) | Q(valid_until__gt=on), dataset_id=dataset)


def _end(grant: Grant, on: date) -> None:
    """End it; one that has not begun keeps a day that is over, since a period cannot be empty."""
    grant.valid_from = min(grant.valid_from, on - timedelta(days=1))
    grant.valid_until = on
    grant.save(update_fields=["valid_from", "valid_until"])
