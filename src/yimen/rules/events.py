"""News of the rules room, for the floors above."""

from django.dispatch import Signal

version_released = Signal()
"""A new version of rules was kept. Payload: `name` (str, the item's slug or "policy/measure"), `number` (int, from
one), `effective_from` (date). Sent inside the transaction that keeps it; a receiver only defers a job."""
