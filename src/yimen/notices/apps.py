"""Wiring of the notices room."""

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    """消息 as a Django app."""

    name = "yimen.notices"
    label = "notices"
    verbose_name = "消息"
