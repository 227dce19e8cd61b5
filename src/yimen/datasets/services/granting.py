"""Keep grants, which are the access rule (共享授权)."""

from datetime import date, timedelta

from django.db.models import Q

from yimen.datasets.logic import GrantDefinition
from yimen.datasets.models import Grant


def put_grant(definition: GrantDefinition) -> Grant:
    """Create the grant that a content pack states, or bring it up to date.

    One that was suspended or revoked stays so: what an officer ended no file begins again.
    """
    grant, _ = Grant.objects.update_or_create(
        dataset_id=definition.dataset,
        grantee_id=definition.grantee,
        item=definition.item,
        request=None,
        defaults={
            "fields": list(definition.fields),
            "basis": definition.basis,
            "valid_from": definition.valid_from,
            "valid_until": definition.valid_until,
        },
    )
    return grant


def end_grants_but(dataset: str, *, keep: set[tuple[str, str]], on: date) -> int:
    """End every stated grant of the dataset whose (grantee, item) is not kept, from that day; return how many ended.

    A grant that has not begun by then is dropped: it was never used. Grants given on a request are not a file's to end.
    """
    ended = 0
    for grant in Grant.objects.filter(
        Q(valid_until=None) | Q(valid_until__gt=on), dataset_id=dataset, request=None, status=Grant.Status.ACTIVE
    ):
        if (grant.grantee_id, grant.item) in keep:
            continue
        ended += 1
        if grant.valid_from >= on and not grant.steps.exists():
            grant.delete()
        elif grant.valid_from >= on:
            grant.valid_from, grant.valid_until = on - timedelta(days=1), on
            grant.save(update_fields=["valid_from", "valid_until"])
        else:
            grant.valid_until = on
            grant.save(update_fields=["valid_until"])
    return ended
