"""The verbs of paying: set budgets, order, gather, freeze, approve, send, take in, reconcile."""

from yimen.payments.services.batching import (
    NothingToPay,
    SameOfficer,
    approve,
    begin_sending,
    freeze,
    open_batch,
    refuse,
    take_out,
)
from yimen.payments.services.budgets import (
    BudgetBelowUse,
    BudgetDefinition,
    BudgetExhausted,
    BudgetNotFound,
    has_budget,
    put_budget,
)
from yimen.payments.services.ordering import (
    CauseTaken,
    NotReturned,
    Order,
    Ordered,
    Target,
    order,
    order_all,
    replace,
    write_off,
)
from yimen.payments.services.receiving import Taken, collect, take
from yimen.payments.services.reconciling import reconcile
from yimen.payments.services.replacing import change_account, give_up
from yimen.payments.services.sending import AccountLost, BatchBusy, Sent, ask_about, send_batch, stale

__all__ = [
    "AccountLost",
    "BatchBusy",
    "BudgetBelowUse",
    "BudgetDefinition",
    "BudgetExhausted",
    "BudgetNotFound",
    "CauseTaken",
    "NotReturned",
    "NothingToPay",
    "Order",
    "Ordered",
    "SameOfficer",
    "Sent",
    "Taken",
    "Target",
    "approve",
    "ask_about",
    "begin_sending",
    "change_account",
    "collect",
    "freeze",
    "give_up",
    "has_budget",
    "open_batch",
    "order",
    "order_all",
    "put_budget",
    "reconcile",
    "refuse",
    "replace",
    "send_batch",
    "stale",
    "take",
    "take_out",
    "write_off",
]
