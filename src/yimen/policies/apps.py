"""Wiring of the policies room."""

from django.apps import AppConfig


class PoliciesConfig(AppConfig):
    """政策 as a Django app."""

    name = "yimen.policies"
    label = "policies"
    verbose_name = "政策"

    def ready(self) -> None:
        """Add this room's edges to the lineage, and hear of money that has arrived and policies that are out."""
        from yimen.payments.events import payment_settled  # noqa: PLC0415 - models are there only now
        from yimen.policies import lineage  # noqa: F401, PLC0415
        from yimen.policies.events import policy_published  # noqa: PLC0415
        from yimen.policies.paying import jobs  # noqa: PLC0415

        payment_settled.connect(jobs.hear_of_settled, dispatch_uid="policies.hear_of_settled")
        policy_published.connect(jobs.hear_of_published, dispatch_uid="policies.hear_of_published")
