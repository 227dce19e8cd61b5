"""What the payments room tells those above it."""

from django.dispatch import Signal

payment_settled = Signal()
"""Money has arrived. Sent with `payment_id` (UUID), `cause` and `purpose_item` (opaque text of whoever ordered it) and
`amount_yuan` (Decimal), inside the transaction that settled it.
"""

payment_returned = Signal()
"""Money did not arrive and will not by this payment. Sent with `payment_id`, `cause`, `purpose_item` and `reason` (a
code of the treasury's), inside the transaction that took it back.
"""
