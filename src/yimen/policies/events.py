"""News of the policies room that others may hear."""

from django.dispatch import Signal

policy_published = Signal()
"""A version of a policy was published: `slug`, `number`, `measures` (names POLICY/MEASURE), `at`.

Sent inside the transaction that publishes it.
"""
measure_granted = Signal()
"""A measure was granted: `award` (its id), `measure`, `case_id` or `beneficiary` (row id; the other is None), `party`,
`amount` (yuan, None where no money is paid), `at`.

Sent inside the transaction that grants it, once. The account may be confirmed already, or comes with the next event.
"""
account_confirmed = Signal()
"""A party has said to which account it wants to be paid what it was granted: `award`, `party`, `at`.

Sent inside the transaction that keeps the account; its number is asked for with `services.account_of`.
"""
benefit_to_confirm = Signal()
"""A party on a list has passed the public notice and may confirm: `beneficiary`, `measure`, `party`, `until` (a day).

Sent inside the transaction that opens the confirmation.
"""
benefit_waived = Signal()
"""A party did not confirm in time: `beneficiary`, `measure`, `party`, `at`. Sent inside that transaction."""

version_collected = Signal()
"""A collected document has a version it did not have: `document_id`, `version_id`. Sent inside the transaction."""
