"""The tables of payments: budgets, payments and their batches, what was said to the treasury and what it answered."""

from yimen.payments.models.batches import PaymentBatch
from yimen.payments.models.budgets import Budget
from yimen.payments.models.payments import Payment
from yimen.payments.models.reconciling import Difference, Reconciliation
from yimen.payments.models.talking import Attempt, Receipt, TreasuryFeed

__all__ = [
    "Attempt",
    "Budget",
    "Difference",
    "Payment",
    "PaymentBatch",
    "Receipt",
    "Reconciliation",
    "TreasuryFeed",
]
