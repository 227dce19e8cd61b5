"""Wiring of the tasks room."""

from django.apps import AppConfig


class TasksConfig(AppConfig):
    """Work orders (督办单) as a Django app."""

    name = "yimen.tasks"
    label = "tasks"
    verbose_name = "督办"
