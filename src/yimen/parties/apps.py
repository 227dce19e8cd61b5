"""Wiring of the parties room."""

from django.apps import AppConfig


class PartiesConfig(AppConfig):
    """Parties (主体) as a Django app."""

    name = "yimen.parties"
    label = "parties"
    verbose_name = "主体"
