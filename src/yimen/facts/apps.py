"""Wiring of the facts room."""

from django.apps import AppConfig


class FactsConfig(AppConfig):
    """Facts (事实) as a Django app."""

    name = "yimen.facts"
    label = "facts"
    verbose_name = "事实"

    def ready(self) -> None:
        """Add this room's edges to the lineage."""
        from yimen.facts import lineage  # noqa: F401, PLC0415 - models are there only now
