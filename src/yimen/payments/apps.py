"""Wiring of the payments room."""

from django.apps import AppConfig


class PaymentsConfig(AppConfig):
    """兑付 as a Django app."""

    name = "yimen.payments"
    label = "payments"
    verbose_name = "兑付"
