"""Wiring of the items room."""

from django.apps import AppConfig


class ItemsConfig(AppConfig):
    """Service items (政务服务事项) as a Django app."""

    name = "yimen.items"
    label = "items"
    verbose_name = "政务服务事项"

    def ready(self) -> None:
        """Add this room's edges to the lineage."""
        from yimen.items import lineage  # noqa: F401, PLC0415 - models are there only now
