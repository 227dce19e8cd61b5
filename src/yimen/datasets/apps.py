"""Wiring of the datasets room."""

from django.apps import AppConfig


class DatasetsConfig(AppConfig):
    """Data resources (数据资源) as a Django app."""

    name = "yimen.datasets"
    label = "datasets"
    verbose_name = "数据资源"

    def ready(self) -> None:
        """Add this room's edges to the lineage."""
        from yimen.datasets import lineage  # noqa: F401, PLC0415 - models are there only now
