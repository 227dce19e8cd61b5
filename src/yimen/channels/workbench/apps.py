"""Wiring."""

from django.apps import AppConfig


class WorkbenchConfig(AppConfig):
    """The workbench as a Django app."""

    name = "yimen.channels.workbench"
    label = "workbench"
