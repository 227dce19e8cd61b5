"""Keep the caps of a pack (设定兑付上限)."""

from collections.abc import Sequence

from django.db import transaction

from yimen.policies.models import PayoutCap
from yimen.policies.paying.caps import CapDefinition


@transaction.atomic
def put_caps(definitions: Sequence[CapDefinition]) -> int:
    """Keep these caps; the same twice changes nothing. Return how many there are now of those given."""
    for one in definitions:
        PayoutCap.objects.update_or_create(
            pk=one.measure,
            defaults={
                "group": one.group,
                "kind": one.kind,
                "limit_yuan": one.limit_yuan,
                "ground": one.ground,
            },
        )
    return len(definitions)
