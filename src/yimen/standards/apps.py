"""Wiring of the standards room."""

from django.apps import AppConfig


class StandardsConfig(AppConfig):
    """Standards (标准支撑) as a Django app."""

    name = "yimen.standards"
    label = "standards"
    verbose_name = "标准"
