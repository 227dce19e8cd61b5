"""Wiring of the cases room."""

from django.apps import AppConfig


class CasesConfig(AppConfig):
    """Cases (办件) as a Django app."""

    name = "yimen.cases"
    label = "cases"
    verbose_name = "办件"

    def ready(self) -> None:
        """Hear of new rules."""
        from yimen.cases import jobs  # noqa: PLC0415 - models are there only now
        from yimen.rules import events  # noqa: PLC0415

        events.version_released.connect(jobs.hear_of_new_rules, dispatch_uid="cases.hear_of_new_rules")
