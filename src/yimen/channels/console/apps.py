"""Wiring."""

from django.apps import AppConfig


class ConsoleConfig(AppConfig):
    """The console as a Django app."""

    name = "yimen.channels.console"
    label = "console"
