"""Wiring of the ratings room."""

from django.apps import AppConfig


class RatingsConfig(AppConfig):
    """好差评 as a Django app."""

    name = "yimen.ratings"
    label = "ratings"
    verbose_name = "好差评"
