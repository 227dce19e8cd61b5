"""Wiring of the API."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """The API as a Django app."""

    name = "yimen.channels.api"
    label = "api"
    verbose_name = "开放接口"
