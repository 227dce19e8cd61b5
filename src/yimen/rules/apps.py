"""Wiring of the rules room."""

from django.apps import AppConfig


class RulesConfig(AppConfig):
    """Rules (规则) as a Django app."""

    name = "yimen.rules"
    label = "rules"
    verbose_name = "规则"
