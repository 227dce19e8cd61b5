"""Wiring of the datasets room."""

from django.apps import AppConfig


class DatasetsConfig(AppConfig):
    """Data resources (数据资源) as a Django app."""

    name = "yimen.datasets"
    label = "datasets"
    verbose_name = "数据资源"
