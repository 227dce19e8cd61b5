"""Wiring."""

from django.apps import AppConfig


class ComponentsConfig(AppConfig):
    """The components as a Django app."""

    name = "yimen.channels.components"
    label = "components"
