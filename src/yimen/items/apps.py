"""Wiring of the items room."""

from django.apps import AppConfig


class ItemsConfig(AppConfig):
    """Service items (政务服务事项) as a Django app."""

    name = "yimen.items"
    label = "items"
    verbose_name = "政务服务事项"
