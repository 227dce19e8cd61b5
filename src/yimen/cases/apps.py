"""Wiring of the cases room."""

from django.apps import AppConfig


class CasesConfig(AppConfig):
    """Cases (办件) as a Django app."""

    name = "yimen.cases"
    label = "cases"
    verbose_name = "办件"
