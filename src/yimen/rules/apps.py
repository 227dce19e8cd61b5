"""Wiring of the rules room."""

from django.apps import AppConfig


class RulesConfig(AppConfig):
    """Rules (规则) as a Django app."""

    name = "yimen.rules"
    label = "rules"
    verbose_name = "规则"

    def ready(self) -> None:
        """Add this room's edges to the lineage."""
        from yimen.rules import lineage  # noqa: F401, PLC0415 - models are there only now
