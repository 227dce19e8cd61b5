"""How an item does today, beside its baseline (办理成效)."""

from datetime import datetime
from decimal import Decimal
from statistics import median

from django.db.models import Count, Q

from yimen.cases.models import Case, Decision, ItemFigures

LATEST = 1000
"""The median is that of so many latest automatic conclusions."""


def reckon(slug: str, *, at: datetime) -> ItemFigures:
    """Reckon how many cases the item concluded, how many by rules alone, and how long these took; write it down."""
    concluded = Case.objects.filter(item_slug=slug, status__in=[Case.Status.APPROVED, Case.Status.REFUSED])
    by_officer = Q(decisions__made_by=Decision.Maker.OFFICER)
    counted = concluded.aggregate(
        every=Count("pk", distinct=True), manual=Count("pk", filter=by_officer, distinct=True)
    )
    times = Decision.objects.filter(case__in=concluded, made_by=Decision.Maker.RULES, elapsed_ms__isnull=False)
    latest = [one for one in times.order_by("-pk").values_list("elapsed_ms", flat=True)[:LATEST] if one is not None]
    figures, _ = ItemFigures.objects.update_or_create(
        item_slug=slug,
        defaults={
            "concluded": counted["every"],
            "automatic": counted["every"] - counted["manual"],
            "median_ms": Decimal(median(latest)).quantize(Decimal("0.1")) if latest else None,
            "reckoned_at": at,
        },
    )
    return figures
