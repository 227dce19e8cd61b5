"""What follows from the answers to a request: the grant, the state, the step on the time line (办结)."""

import contextlib
from datetime import datetime

from django.utils import timezone

from yimen.core.errors import Conflict, NotFound
from yimen.datasets import deadlines
from yimen.datasets.models import Grant, GrantRequest, GrantStep, RequestedField
from yimen.parties.logic import Actor
from yimen.tasks import services as tasks

State, Answer = GrantRequest.State, RequestedField.Answer


def conclude(
    request: GrantRequest,
    *,
    by: Actor,
    at: datetime,
    otherwise: GrantRequest.State = GrantRequest.State.REFUSED,
    leave_pending: bool = False,
) -> GrantRequest:
    """Give the grant that the answers make, and close the request unless a field is still waiting.

    In the caller's transaction, which holds the request's row. The grant has exactly the fields that were granted. With
    `leave_pending` what is unanswered stays so and the request is closed all the same, in state `otherwise` where
    nothing was granted.
    """
    answers = dict(request.fields.values_list("name", "answer"))
    granted = [name for name, answer in answers.items() if answer == Answer.GRANTED.value]
    if granted:
        _give(request, granted, by=by, at=at)
    if Answer.PENDING.value in answers.values() and not leave_pending:
        request.save()
        return request
    request.state = State.GRANTED if granted else otherwise
    request.due_on, request.closed_at = None, at
    close_task(request, by=by, at=at, answer=f"共享申请{request.get_state_display()}")
    request.save()
    return request


def close_task(request: GrantRequest, *, by: Actor, at: datetime, answer: str) -> None:
    """Close the task opened about the request, if there is one; one that somebody closed already is no hurdle."""
    if request.task_id is not None:
        with contextlib.suppress(Conflict, NotFound):
            tasks.close(request.task_id, by=by, at=at, answer=answer)
        request.task_id = None


def add_step(
    about: GrantRequest | Grant, action: str, *, by: Actor, at: datetime, words: str, grant: Grant | None = None
) -> None:
    """Add a step to the time line of a request, or of a grant and its request."""
    given = grant if isinstance(about, GrantRequest) else about
    request = about if isinstance(about, GrantRequest) else about.request
    GrantStep.objects.create(
        request=request, grant=given, made_at=at, actor_id=by.id, actor_label=by.label, action=action, words=words
    )


def _give(request: GrantRequest, fields: list[str], *, by: Actor, at: datetime) -> None:
    """Write the grant, or add to it what was granted since; a grant that was halted meanwhile stays halted."""
    grant, is_new = Grant.objects.select_for_update().get_or_create(
        request=request,
        defaults={
            "dataset_id": request.dataset_id,
            "grantee_id": request.grantee_id,
            "item": request.item,
            "fields": fields,
            "basis": request.legal_ground or "依申请共享",
            "basis_kind": request.basis_kind,
            "needs_consent": request.needs_consent,
            "valid_from": request.valid_from,
            "valid_until": request.valid_until,
            "limit_per_minute": request.limit_per_minute,
            "limit_per_day": request.limit_per_day,
        },
    )
    if is_new:
        request.flow_due_on = deadlines.due("data-flow", after=timezone.localdate(at))
    elif grant.fields != fields:
        grant.fields = fields
        grant.save(update_fields=["fields"])
    else:
        return
    add_step(request, "granted", by=by, at=at, words="、".join(fields), grant=grant)
