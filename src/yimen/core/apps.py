"""Wiring of the ground floor."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    """The ground floor as a Django app."""

    name = "yimen.core"
    label = "core"
