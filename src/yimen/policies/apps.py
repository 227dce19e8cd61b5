"""Wiring of the policies room."""

from django.apps import AppConfig


class PoliciesConfig(AppConfig):
    """政策 as a Django app."""

    name = "yimen.policies"
    label = "policies"
    verbose_name = "政策"

    def ready(self) -> None:
        """Join the room to the others.

        Its edges go into the lineage; it looks before a measure's case is filed or decided and follows it; it names
        what its notices are about; it hears of what was published and read, and of money that has arrived.
        """
        from yimen.cases import events  # noqa: PLC0415 - apps and models are there only now
        from yimen.notices import topics  # noqa: PLC0415
        from yimen.payments.events import payment_settled  # noqa: PLC0415
        from yimen.policies import jobs, lineage  # noqa: F401, PLC0415
        from yimen.policies.delivering import jobs as delivering  # noqa: PLC0415
        from yimen.policies.events import account_confirmed, measure_granted, policy_published  # noqa: PLC0415
        from yimen.policies.paying import jobs as paying  # noqa: PLC0415
        from yimen.policies.services import guarding  # noqa: PLC0415

        topics.register("policy", "政策推送")
        topics.register("benefit", "政策办理和兑付")
        delivering.listen()
        events.about_to_file.connect(guarding.look_before_filing, dispatch_uid="policies.look_before_filing")
        events.about_to_decide.connect(guarding.look_before_deciding, dispatch_uid="policies.look_before_deciding")
        events.case_moved.connect(jobs.hear_of_case, dispatch_uid="policies.hear_of_case")
        events.case_moved.connect(paying.hear_of_case, dispatch_uid="policies.paying.hear_of_case")
        for news in (measure_granted, account_confirmed):
            news.connect(paying.hear_of_grant, dispatch_uid="policies.hear_of_grant")
        payment_settled.connect(paying.hear_of_settled, dispatch_uid="policies.hear_of_settled")
        policy_published.connect(jobs.hear_of_policy, dispatch_uid="policies.rematch")
        policy_published.connect(paying.hear_of_published, dispatch_uid="policies.hear_of_published")
