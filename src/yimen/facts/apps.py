"""Wiring of the facts room."""

from django.apps import AppConfig


class FactsConfig(AppConfig):
    """Facts (事实) as a Django app."""

    name = "yimen.facts"
    label = "facts"
    verbose_name = "事实"
