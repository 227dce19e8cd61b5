"""What the tasks room tells those above it."""

from django.dispatch import Signal

task_closed = Signal()
"""A task was closed. Sent with `task_id` (UUID), `kind` and `reference`, inside the transaction that closed it."""
