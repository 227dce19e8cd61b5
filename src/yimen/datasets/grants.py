"""What desks see of requests and grants (共享申请、共享授权): lists, pages, and what can be done by whom is looking.

Permission is part of each query: an agency sees what it asks for and what is asked of it, the bureau and auditors all.
What a row says can be done is a help for the page; the verbs decide for themselves.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet

from yimen.core.errors import NotFound
from yimen.datasets import needs
from yimen.datasets.models import Dataset, DatasetField, Grant, GrantRequest, RequestedField
from yimen.ledger import queries as ledger
from yimen.parties.queries import Desk
from yimen.standards import working_days

USE_DAYS = 30
State, Answer, Status = GrantRequest.State, RequestedField.Answer, Grant.Status
TONES: Mapping[str, str] = {
    "WAITING": "wait",
    "DISPUTED": "warn",
    "GRANTED": "good",
    "REFUSED": "bad",
    "ACTIVE": "good",
    "SUSPENDED": "warn",
    "REVOKED": "bad",
    "PENDING": "wait",
}
ACTIONS: Mapping[str, str] = {
    "requested": "提出申请",
    "unused": "核对规则",
    "unconditional": "无条件共享",
    "answered": "提供部门答复",
    "granted": "授权生效",
    "disputed": "申请裁定",
    "arbitrated": "数据管理部门裁定",
    "extended": "批准延期",
    "overdue": "逾期督办",
    "escalated": "转数据管理部门",
    "withdrawn": "撤回",
    "suspended": "暂停授权",
    "resumed": "恢复授权",
    "revoked": "撤销授权",
    "expired": "授权到期",
}


class NothingThere(NotFound):
    """No such request or grant, or not yours to see."""

    code = "datasets.nothing-there"
    title = "没有找到这个共享申请或授权。"


@dataclass(frozen=True, slots=True)
class RequestRow:
    """One line of the list of requests. `days_left` counts working days, negative when overdue, None when closed."""

    id: UUID
    dataset: str
    owner: str
    grantee: str
    item: str
    state: str
    state_label: str
    tone: str
    due_on: date | None
    days_left: int | None
    requested_at: datetime


@dataclass(frozen=True, slots=True)
class FieldRow:
    """One field of a request with its answer; `reads` are the facts for which the item reads it."""

    name: str
    title: str
    answer: str
    answer_label: str
    tone: str
    legal_ground: str
    is_arbitrated: bool
    reads: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RequestPage:
    """A request as a desk sees it, with what this desk can do."""

    row: RequestRow
    request: GrantRequest
    fields: tuple[FieldRow, ...]
    moments: tuple[tuple[datetime, str, str], ...]
    grant: int | None
    may_answer: bool
    may_extend: bool
    may_arbitrate: bool
    may_dispute: bool
    may_withdraw: bool

    @property
    def open_fields(self) -> tuple[FieldRow, ...]:
        """Return the fields that wait for whoever can answer now."""
        wanted = {Answer.PENDING.value, Answer.REFUSED.value} if self.may_arbitrate else {Answer.PENDING.value}
        return tuple(one for one in self.fields if one.answer in wanted)


@dataclass(frozen=True, slots=True)
class GrantRow:
    """One line of the list of grants. `reads` and `refused` are those of the last USE_DAYS days."""

    id: int
    dataset: str
    owner: str
    grantee: str
    item: str
    fields: tuple[str, ...]
    status_label: str
    tone: str
    is_in_force: bool
    valid_from: date
    valid_until: date | None
    basis: str
    reads: int
    refused: int


@dataclass(frozen=True, slots=True)
class GrantPage:
    """A grant as a desk sees it, with what this desk can do."""

    row: GrantRow
    grant: Grant
    titles: tuple[str, ...]
    moments: tuple[tuple[datetime, str, str], ...]
    may_suspend: bool
    may_resume: bool
    may_revoke: bool


def requests(by: Desk, *, on: date, which: str = "waiting", limit: int = 100) -> list[RequestRow]:
    """Return requests, the most pressing first.

    `which` is "waiting" (for this desk to answer or decide), "mine" (its agency's own), or else all it sees.
    """
    found = _seen_requests(by)
    if which == "mine":
        found = found.filter(grantee_id=by.agency)
    elif which == "waiting":
        found = found.filter(_waits_for(by))
    ordered = found.select_related("dataset__agency", "grantee").order_by("due_on", "-requested_at", "pk")
    return [_request_row(one, on) for one in ordered[:limit]]


def request_page(request_id: UUID, by: Desk, *, on: date) -> RequestPage:
    """Return one request.

    Raises:
        NothingThere: there is none, or it is not the desk's to see.
    """
    request = _seen_requests(by).select_related("dataset__agency", "grantee").filter(pk=request_id).first()
    if request is None:
        raise NothingThere("请检查地址，或回到共享授权列表。")
    rows = list(request.fields.all())
    titles = dict(DatasetField.objects.filter(dataset_id=request.dataset_id).values_list("name", "title"))
    need = needs.need(request.purpose_kind, request.item, request.dataset_id)
    is_own = by.actor.id == request.requested_by
    is_open = request.state in {State.WAITING.value, State.DISPUTED.value}
    is_grantee = by.agency == request.grantee_id and not by.is_auditor
    is_waiting = request.state == State.WAITING.value
    refused = any(one.answer == Answer.REFUSED.value and not one.is_arbitrated for one in rows)
    grant = Grant.objects.filter(request=request).first()
    return RequestPage(
        row=_request_row(request, on),
        request=request,
        fields=tuple(
            FieldRow(
                name=one.name,
                title=titles.get(one.name, one.name),
                answer=one.answer,
                answer_label=one.get_answer_display(),
                tone=TONES.get(one.answer, ""),
                legal_ground=one.legal_ground,
                is_arbitrated=one.is_arbitrated,
                reads=need.fields.get(one.name, ()) if need else (),
            )
            for one in rows
        ),
        moments=tuple(
            (one.made_at, one.actor_label, _said(one.action, one.words, titles)) for one in request.steps.all()
        ),
        grant=grant.pk if grant else None,
        may_answer=is_waiting
        and by.is_data_officer
        and by.agency == request.dataset.agency_id
        and by.agency != request.grantee_id,
        may_extend=is_waiting and by.is_steward and not request.is_extended and not is_own,
        may_arbitrate=request.state == State.DISPUTED.value and by.is_steward and not is_own,
        may_dispute=is_grantee and request.state in {State.GRANTED.value, State.REFUSED.value} and refused,
        may_withdraw=is_grantee and is_open,
    )


def grants(by: Desk, *, on: date, now: datetime, limit: int = 200) -> list[GrantRow]:
    """Return the grants the desk sees, those in force first, the most used first."""
    titles, uses = needs.purposes("ITEM"), ledger.uses_of_grants(since=now - timedelta(days=USE_DAYS))
    rows = [
        _grant_row(one, on, titles, uses)
        for one in _seen_grants(by).select_related("dataset__agency", "grantee", "request")
    ]
    return sorted(rows, key=lambda row: (not row.is_in_force, -row.reads, row.dataset, row.id))[:limit]


def grant_page(grant_id: int, by: Desk, *, on: date, now: datetime) -> GrantPage:
    """Return one grant.

    Raises:
        NothingThere: there is none, or it is not the desk's to see.
    """
    grant = _seen_grants(by).select_related("dataset__agency", "grantee", "request").filter(pk=grant_id).first()
    if grant is None:
        raise NothingThere("请检查地址，或回到共享授权列表。")
    uses = ledger.uses_of_grants(since=now - timedelta(days=USE_DAYS))
    titles = dict(DatasetField.objects.filter(dataset_id=grant.dataset_id).values_list("name", "title"))
    is_keeper = by.is_steward or (by.is_data_officer and by.agency == grant.dataset.agency_id)
    is_grantee = by.is_data_officer and by.agency == grant.grantee_id
    return GrantPage(
        row=_grant_row(grant, on, needs.purposes("ITEM"), uses),
        grant=grant,
        titles=tuple(titles.get(name, name) for name in grant.fields),
        moments=tuple(
            (one.made_at, one.actor_label, _said(one.action, one.words, titles)) for one in grant.steps.all()
        ),
        may_suspend=is_keeper and grant.status == Status.ACTIVE.value,
        may_resume=is_keeper
        and grant.status == Status.SUSPENDED.value
        and (by.is_steward or grant.halted_by == by.agency),
        may_revoke=(is_keeper or is_grantee) and grant.status != Status.REVOKED.value,
    )


@dataclass(frozen=True, slots=True)
class Choosable:
    """A field to ask for: `reads` says for which facts the item reads it, empty where no rule does."""

    name: str
    title: str
    level: int
    is_withheld: bool
    reads: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Form:
    """What a new request for this dataset and purpose can ask for."""

    dataset: Dataset
    title: str
    fields: tuple[Choosable, ...]

    @property
    def read(self) -> tuple[str, ...]:
        """Return the fields that the rules read: what is preselected."""
        return tuple(one.name for one in self.fields if one.reads and not one.is_withheld)


def askable() -> list[tuple[str, str]]:
    """Return code and title of every dataset that can be asked for, with its owner, by owner."""
    found = Dataset.objects.filter(status=Dataset.Status.PUBLISHED).exclude(sharing=Dataset.Sharing.WITHHELD)
    rows = found.select_related("agency").order_by("agency__short_name", "title")
    return [(one.pk, f"{one.agency.short_name} · {one.title}（{one.get_sharing_display()}）") for one in rows]


def form(dataset: str, kind: str, item: str) -> Form | None:
    """Return what can be asked for; None where there is no such dataset, or no rules of this name."""
    found = Dataset.objects.select_related("agency").filter(pk=dataset, status=Dataset.Status.PUBLISHED).first()
    need = needs.need(kind, item, dataset)
    if found is None or (need is None and kind != GrantRequest.PurposeKind.LEGAL.value):
        return None
    return Form(
        dataset=found,
        title=need.title if need else "",
        fields=tuple(
            Choosable(
                one.name,
                one.title,
                one.level,
                Dataset.Sharing.WITHHELD.value in {one.sharing, found.sharing},
                need.fields.get(one.name, ()) if need else (),
            )
            for one in found.fields.all()
        ),
    )


def _seen_requests(by: Desk) -> QuerySet[GrantRequest]:
    if by.is_steward or by.is_auditor:
        return GrantRequest.objects.all()
    return GrantRequest.objects.filter(Q(grantee_id=by.agency) | Q(dataset__agency_id=by.agency))


def _seen_grants(by: Desk) -> QuerySet[Grant]:
    if by.is_steward or by.is_auditor:
        return Grant.objects.all()
    return Grant.objects.filter(Q(grantee_id=by.agency) | Q(dataset__agency_id=by.agency))


def _waits_for(by: Desk) -> Q:
    """Return what this desk has to answer or decide; nothing waits for an auditor."""
    if by.is_steward:
        return Q(state=State.DISPUTED)
    if by.is_data_officer:
        return Q(state=State.WAITING, dataset__agency_id=by.agency)
    return Q(pk=None)


def _request_row(one: GrantRequest, on: date) -> RequestRow:
    return RequestRow(
        id=one.pk,
        dataset=one.dataset.title,
        owner=one.dataset.agency.short_name,
        grantee=one.grantee.short_name,
        item=one.item_title,
        state=one.state,
        state_label=one.get_state_display(),
        tone=TONES.get(one.state, ""),
        due_on=one.due_on,
        days_left=working_days.between(on, one.due_on) if one.due_on else None,
        requested_at=one.requested_at,
    )


def _grant_row(one: Grant, on: date, titles: Mapping[str, str], uses: Mapping[int, tuple[int, int]]) -> GrantRow:
    is_over = one.valid_until is not None and one.valid_until <= on
    is_early = one.valid_from > on
    is_active = one.status == Status.ACTIVE.value
    reads, refused = uses.get(one.pk, (0, 0))
    label = "已到期" if is_active and is_over else "未生效" if is_active and is_early else one.get_status_display()
    return GrantRow(
        id=one.pk,
        dataset=one.dataset.title,
        owner=one.dataset.agency.short_name,
        grantee=one.grantee.short_name,
        item=one.request.item_title if one.request else titles.get(one.item, one.item),
        fields=tuple(one.fields),
        status_label=label,
        tone="" if is_active and (is_over or is_early) else TONES.get(one.status, ""),
        is_in_force=is_active and not is_over and not is_early,
        valid_from=one.valid_from,
        valid_until=one.valid_until,
        basis=one.basis,
        reads=reads,
        refused=refused,
    )


def _said(action: str, words: str, titles: Mapping[str, str]) -> str:
    """Return a step in words; field names in it are said by their titles."""
    said = "".join(titles.get(part, part) for part in _parts(words))
    what = ACTIONS.get(action, action)
    return f"{what}：{said}" if said else what


def _parts(words: str) -> list[str]:
    parts, here = [], ""
    for character in words:
        if character.isascii() and (character.isalnum() or character == "_"):
            here += character
            continue
        parts += [here, character]
        here = ""
    return [*parts, here]
