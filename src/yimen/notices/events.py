"""News of the notices room, for the floors above."""

from django.dispatch import Signal

notice_read = Signal()
"""A notice was opened for the first time. Payload: `notice_id` (UUID), `key` (str), `topic` (str), `about` (str),
`recipient` (UUID of the party) and `at` (datetime). Sent inside the transaction that marks it; a receiver only defers a
job."""
