"""Wiring of the ratings room."""

from django.apps import AppConfig


class RatingsConfig(AppConfig):
    """好差评 as a Django app."""

    name = "yimen.ratings"
    label = "ratings"
    verbose_name = "好差评"

    def ready(self) -> None:
        """Make known what its notices are about."""
        from yimen.notices import topics  # noqa: PLC0415 - apps are there only now

        topics.register("rating", "评价的答复")
