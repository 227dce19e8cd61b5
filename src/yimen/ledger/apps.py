"""Wiring of the ledger."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """The ledger (使用留痕) as a Django app."""

    name = "yimen.ledger"
    label = "ledger"
    verbose_name = "使用留痕"
