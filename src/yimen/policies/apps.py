"""Wiring of the policies room."""

from django.apps import AppConfig


class PoliciesConfig(AppConfig):
    """政策 as a Django app."""

    name = "yimen.policies"
    label = "policies"
    verbose_name = "政策"
