"""News of the policies room that others may hear."""

from django.dispatch import Signal

policy_published = Signal()
"""A version of a policy was published: `slug`, `number`, `measures` (names POLICY/MEASURE), `at`.

Sent inside the transaction that publishes it.
"""
