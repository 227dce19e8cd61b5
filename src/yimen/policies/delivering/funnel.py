"""How far pushes came (送达漏斗): delivered, opened, looked at, applied, paid; by measure, district, industry, size."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q

from yimen.core.errors import Invalid
from yimen.policies.models import Push

BY: Mapping[str, str] = {
    "measure": "奖补项",
    "policy": "政策",
    "kind": "推送原因",
    "district": "行政区划",
    "industry": "行业",
    "size": "企业规模",
}


class NoSuchDimension(Invalid):
    """Pushes are not counted by that."""

    code = "policies.no-such-dimension"
    title = "不能按这一项统计。"


@dataclass(frozen=True, slots=True)
class Stage:
    """How many pushes of one key came how far; each stage counts those that came further as well."""

    key: str
    pushed: int
    opened: int
    looked: int
    applied: int
    paid: int


PAID = Q(paid_at__isnull=False)
APPLIED = PAID | Q(applied_at__isnull=False)
LOOKED = APPLIED | Q(looked_at__isnull=False)
OPENED = LOOKED | Q(opened_at__isnull=False)


def funnel(by: str, *, since: datetime, until: datetime) -> list[Stage]:
    """Return the stages by this dimension of what was pushed in the period (`until` exclusive), most pushes first.

    A push is delivered with the moment it is made: the inbox has it. The key is empty where it is not known.

    Raises:
        NoSuchDimension: pushes are not counted by that.
    """
    if by not in BY:
        raise NoSuchDimension(f"“{by[:20]}”不是统计项，可用 {'、'.join(BY)}。", by=by[:20])
    rows = (
        Push.objects.filter(pushed_at__gte=since, pushed_at__lt=until)
        .order_by()
        .values(by)
        .annotate(
            pushed=Count("pk"),
            opened=Count("pk", filter=OPENED),
            looked=Count("pk", filter=LOOKED),
            applied=Count("pk", filter=APPLIED),
            paid=Count("pk", filter=PAID),
        )
    )
    stages = [Stage(row[by], row["pushed"], row["opened"], row["looked"], row["applied"], row["paid"]) for row in rows]
    return sorted(stages, key=lambda one: (-one.pushed, one.key))
