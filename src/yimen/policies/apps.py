"""Wiring of the policies room."""

from django.apps import AppConfig


class PoliciesConfig(AppConfig):
    """政策 as a Django app."""

    name = "yimen.policies"
    label = "policies"
    verbose_name = "政策"

    def ready(self) -> None:
        """Add edges to the lineage, name what its notices are about, hear of what was published and read."""
        from yimen.notices import topics  # noqa: PLC0415 - apps are there only now
        from yimen.policies import lineage  # noqa: F401, PLC0415 - models are there only now
        from yimen.policies.delivering import jobs as delivering  # noqa: PLC0415

        topics.register("policy", "政策推送")
        delivering.listen()
