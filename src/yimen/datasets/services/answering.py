"""Answer a request field by field, extend the time for it, decide a dispute (答复、延期、裁定).

Nobody decides on his own request: not the person who filed it, and no agency on what it asks for itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from yimen.core.errors import Conflict, Forbidden
from yimen.datasets import deadlines
from yimen.datasets.models import GrantRequest, RequestedField
from yimen.datasets.services.conclusion import add_step, conclude
from yimen.datasets.services.requesting import BadRequest, NotYourDesk, WrongRequestState, clean, is_text, locked
from yimen.parties.queries import Desk
from yimen.standards import working_days

LONGEST_GROUND = 300
State, Answer = GrantRequest.State, RequestedField.Answer


class OwnRequest(Forbidden):
    """Whoever asks does not answer."""

    code = "datasets.own-request"
    title = "不能办理自己提出的共享申请。"


class FieldUnused(Conflict):
    """A field that no rule reads cannot be granted."""

    code = "datasets.field-unused"
    title = "规则不使用的字段不能同意共享。"


@dataclass(frozen=True, slots=True)
class Said:
    """What was said to one field; a refusal names its legal ground."""

    is_granted: bool
    legal_ground: str = ""


@transaction.atomic
def answer(request_id: UUID, said: Mapping[str, Said], *, by: Desk, at: datetime) -> GrantRequest:
    """Answer every waiting field of a request as the owner (答复).

    Raises:
        NoSuchRequest: not the desk's to see. NotYourDesk: not the owner's data officer. OwnRequest: his own, or his
            agency's. WrongRequestState: it does not wait. FieldUnused: a field the rules never read was granted.
        BadRequest: a waiting field has no answer, a refusal no legal ground, or a field was not asked for.
    """
    request = locked(request_id, by)
    _not_own(request, by)
    if by.agency == request.grantee_id:
        raise OwnRequest("本部门的申请由数据管理部门裁定。")
    if not by.is_data_officer or by.agency != request.dataset.agency_id:
        raise NotYourDesk("请由数据提供部门的数据专员答复。")
    if request.state != State.WAITING.value:
        raise WrongRequestState(f"申请{request.get_state_display()}，不需要再答复。")
    rows = {one.name: one for one in request.fields.select_for_update()}
    _not_over(request, said, at=at)
    _write(rows, said, waiting={Answer.PENDING.value})
    add_step(request, "answered", by=by.actor, at=at, words=_told(rows, said))
    return conclude(request, by=by.actor, at=at)


@transaction.atomic
def extend(request_id: UUID, *, words: str, by: Desk, at: datetime) -> GrantRequest:
    """Give the owner more time, once, as the bureau approves it (延期).

    Raises:
        NoSuchRequest, NotYourDesk: not the bureau's. WrongRequestState: it does not wait for the owner, or was
            extended. BadRequest: no reason was given.
    """
    said = clean(words, "words", "请写明延期的理由。")
    request = locked(request_id, by)
    _not_own(request, by)
    if not by.is_steward:
        raise NotYourDesk("延期由数据管理部门批准。")
    if request.state != State.WAITING.value or request.is_extended or request.due_on is None:
        raise WrongRequestState("只有待答复、还没有延期过的申请可以延期。")
    longest = deadlines.deadline("answer-extension", on=timezone.localdate(at)).working_days
    request.due_on, request.is_extended = working_days.after(request.due_on, longest), True
    request.save(update_fields=["due_on", "is_extended"])
    add_step(request, "extended", by=by.actor, at=at, words=f"{said}（延至 {request.due_on:%Y-%m-%d}）")
    return request


@transaction.atomic
def arbitrate(request_id: UUID, said: Mapping[str, Said], *, words: str, by: Desk, at: datetime) -> GrantRequest:
    """Decide, as the bureau, on every field that was refused or never answered (裁定).

    Raises:
        NoSuchRequest: not the desk's to see. NotYourDesk: not a steward. OwnRequest: the steward's own request.
        WrongRequestState: it is not in dispute. FieldUnused, BadRequest: as with `answer`; the decision has no reason.
    """
    reason = clean(words, "words", "请写明裁定的理由。")
    request = locked(request_id, by)
    _not_own(request, by)
    if not by.is_steward:
        raise NotYourDesk("争议由数据管理部门裁定。")
    if request.state != State.DISPUTED.value:
        raise WrongRequestState(f"申请{request.get_state_display()}，没有待裁定的争议。")
    rows = {one.name: one for one in request.fields.select_for_update()}
    open_answers = {Answer.PENDING.value, Answer.REFUSED.value}
    _not_over(request, said, at=at)
    _write(rows, said, waiting=open_answers, is_arbitrated=True)
    add_step(request, "arbitrated", by=by.actor, at=at, words=f"{reason}（{_told(rows, said)}）")
    return conclude(request, by=by.actor, at=at)


def _not_own(request: GrantRequest, by: Desk) -> None:
    if by.actor.id == request.requested_by:
        raise OwnRequest("请由另一位工作人员办理。")


def _not_over(request: GrantRequest, said: Mapping[str, Said], *, at: datetime) -> None:
    if request.valid_until <= timezone.localdate(at) and any(one.is_granted for one in said.values()):
        raise WrongRequestState("申请的使用期限已经过去，请申请部门撤回后重新申请。")


def _write(
    rows: Mapping[str, RequestedField], said: Mapping[str, Said], *, waiting: set[str], is_arbitrated: bool = False
) -> None:
    """Write what was said to each waiting field; all of them, or none is written."""
    errors: dict[str, str] = {}
    for name, one in said.items():
        if name not in rows:
            errors[name[:40]] = f"申请中没有字段“{name[:40]}”。"
        elif rows[name].answer == Answer.UNUSED.value and one.is_granted:
            raise FieldUnused(f"“{name}”不在这个事项的规则中，请另按需要它的事项申请。", field=name)
        elif rows[name].answer not in waiting and rows[name].answer != Answer.UNUSED.value:
            errors[name] = f"字段“{name}”已经答复。"
    for name, row in rows.items():
        if row.answer not in waiting:
            continue
        given = said.get(name)
        if given is None:
            errors[name] = f"字段“{name}”还没有答复：同意，或不同意并写明依据。"
        elif not given.is_granted and not given.legal_ground.strip():
            errors[name] = f"不同意共享“{name}”的，请写明法律、行政法规的依据。"
        elif len(given.legal_ground) > LONGEST_GROUND or not is_text(given.legal_ground):
            errors[name] = f"“{name}”的依据请控制在 {LONGEST_GROUND} 字以内。"
    if errors:
        raise BadRequest(" ".join(errors.values()), errors=errors)
    for name, row in rows.items():
        if row.answer in waiting:
            row.answer = Answer.GRANTED if said[name].is_granted else Answer.REFUSED
            row.legal_ground = "" if said[name].is_granted else said[name].legal_ground.strip()
            row.is_arbitrated = is_arbitrated
            row.save(update_fields=["answer", "legal_ground", "is_arbitrated"])


def _told(rows: Mapping[str, RequestedField], said: Mapping[str, Said]) -> str:
    granted = [name for name in rows if name in said and said[name].is_granted]
    refused = [name for name in rows if name in said and not said[name].is_granted]
    parts = [f"同意 {'、'.join(granted)}"] if granted else []
    parts += [f"不同意 {'、'.join(refused)}"] if refused else []
    return "；".join(parts)
