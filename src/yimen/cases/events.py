"""News of the cases room, and two moments at which a room above may object."""

from django.dispatch import Signal

about_to_file = Signal()
"""A draft is about to be judged and filed: `case`, `at`. Sent outside any transaction, before a department is asked.

Whoever keeps rules of its own over an item may raise a DomainError: the draft then stays as it was.
"""
about_to_decide = Signal()
"""An officer is about to decide: `case` (locked), `approve`, `amount` (yuan, or None), `at`.

Sent inside the transaction that decides.
Whoever keeps rules of its own over an item may raise a DomainError: nothing is then decided.
"""
case_moved = Signal()
"""A case of an unlisted item was filed, handed to an officer or concluded: `case_id`, `item`.

Sent by a job written in the same transaction, so once at least, and again where a worker died: look where it is.
"""
