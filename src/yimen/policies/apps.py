"""Wiring of the policies room."""

from django.apps import AppConfig


class PoliciesConfig(AppConfig):
    """政策 as a Django app."""

    name = "yimen.policies"
    label = "policies"
    verbose_name = "政策"

    def ready(self) -> None:
        """Add this room's edges to the lineage."""
        from yimen.policies import lineage  # noqa: F401, PLC0415 - models are there only now
