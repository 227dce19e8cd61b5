"""Wiring of the payments room."""

from django.apps import AppConfig


class PaymentsConfig(AppConfig):
    """资金拨付 as a Django app."""

    name = "yimen.payments"
    label = "payments"
    verbose_name = "资金拨付"
