"""Ask for a grant, withdraw the request, dispute its answer (共享申请).

Over-asking cannot succeed: fields that no rule of the item reads are marked 规则不使用 and are never granted; a request
for nothing else is refused with what the item does read.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from yimen.core.errors import Conflict, Forbidden, Invalid, NotFound
from yimen.datasets import deadlines, needs
from yimen.datasets.models import Basis, Dataset, DatasetField, GrantRequest, RequestedField
from yimen.datasets.services.conclusion import add_step, conclude
from yimen.parties.queries import Desk

SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,60}")
LEGAL_PREFIX = "legal:"
"""Before the name of a purpose that is no item: no item can have such a slug, so none is borrowed for its rules."""
SHORTEST_PURPOSE, LONGEST_PURPOSE, LONGEST_GROUND = 5, 300, 300
HIGHEST_LIMIT = 10_000_000
WORDS = 1000
Kind, State, Answer = GrantRequest.PurposeKind, GrantRequest.State, RequestedField.Answer


class BadRequest(Invalid):
    """Something in the request makes no sense; `errors` names each field of the form with its sentence."""

    code = "datasets.bad-request"
    title = "共享申请的内容有误。"


class OverAsked(Invalid):
    """No field asked for is read by the rules of what it is asked for."""

    code = "datasets.over-asked"
    title = "申请的字段，这个事项的规则都不使用。"


class Withheld(Conflict):
    """The dataset is not shared, or not published."""

    code = "datasets.not-shareable"
    title = "这个数据资源现在不能申请。"


class AlreadyAsked(Conflict):
    """A request for the same purpose waits for its answer."""

    code = "datasets.already-asked"
    title = "同一用途的共享申请正在办理。"


class SubmissionUsed(Conflict):
    """The submission's mark was used for another request."""

    code = "datasets.submission-used"
    title = "这份表单已经提交过另一个申请。"


class NoSuchRequest(NotFound):
    """No such request, or not yours to see."""

    code = "datasets.request-not-found"
    title = "没有找到这个共享申请。"


class NotYourDesk(Forbidden):
    """The post is not one that does this."""

    code = "datasets.not-your-desk"
    title = "您的岗位不能这样办理共享申请。"


class WrongRequestState(Conflict):
    """The request is not where this can be done."""

    code = "datasets.wrong-request-state"
    title = "这个共享申请现在不能这样办理。"


@dataclass(frozen=True, slots=True)
class Wish:
    """What an agency asks for. `valid_until` is exclusive; a limit of None is no limit."""

    dataset: str
    fields: Sequence[str]
    kind: str
    item: str
    purpose: str
    basis_kind: str
    valid_from: date
    valid_until: date
    legal_ground: str = ""
    needs_consent: bool = False
    limit_per_minute: int | None = None
    limit_per_day: int | None = None


def request_grant(wish: Wish, *, by: Desk, at: datetime, submission: str) -> GrantRequest:
    """File a request for the desk's own agency (共享申请); the same submission again returns the request there is.

    What is shared unconditionally is granted at once, and recorded all the same. A request of the owner's own agency
    goes straight to the bureau.

    Raises:
        NotYourDesk: the desk files none. BadRequest: something makes no sense. OverAsked: no field is needed.
        Withheld: the dataset is not shared. AlreadyAsked: one waits. SubmissionUsed: the mark is another request's.
    """
    if not (by.is_data_officer or by.is_steward):
        raise NotYourDesk("请由数据专员提出。")
    if known := _submitted(wish, by, submission):
        return known
    dataset, fields = _asked_of(wish)
    found = _need(wish)
    _check(wish, fields, on=timezone.localdate(at), submission=submission)
    unused = set(wish.fields) - found.fields.keys() if found is not None else set()
    if found is not None and not set(wish.fields) - unused:
        raise _over_asked(found, fields, wish)
    try:
        with transaction.atomic():
            return _filed(wish, dataset, fields, unused, found, by=by, at=at, submission=submission)
    except IntegrityError as error:  # another came first: the same submission, or one for the same purpose
        if known := _submitted(wish, by, submission):
            return known
        raise AlreadyAsked("请等待答复，或撤回后重新申请。", dataset=wish.dataset, item=wish.item) from error


def _filed(
    wish: Wish,
    dataset: Dataset,
    fields: Mapping[str, DatasetField],
    unused: set[str],
    found: needs.Need | None,
    *,
    by: Desk,
    at: datetime,
    submission: str,
) -> GrantRequest:
    on = timezone.localdate(at)
    at_once = {
        name
        for name in wish.fields
        if dataset.sharing == Dataset.Sharing.UNCONDITIONAL.value
        and fields[name].sharing in {"", Dataset.Sharing.UNCONDITIONAL.value}
    }
    is_own = dataset.agency_id == by.agency
    kind = "unconditional-answer" if at_once | unused == set(wish.fields) else "conditional-answer"
    request = GrantRequest.objects.create(
        dataset=dataset,
        grantee_id=by.agency,
        purpose_kind=wish.kind,
        item=_purpose_code(wish),
        item_title=(found.title if found else wish.purpose)[:200],
        purpose=wish.purpose.strip(),
        legal_ground=wish.legal_ground.strip(),
        basis_kind=wish.basis_kind,
        needs_consent=wish.needs_consent or wish.basis_kind == Basis.CONSENT.value,
        valid_from=wish.valid_from,
        valid_until=wish.valid_until,
        limit_per_minute=wish.limit_per_minute,
        limit_per_day=wish.limit_per_day,
        state=State.DISPUTED if is_own else State.WAITING,
        requested_by=by.actor.id,
        requested_by_label=by.actor.label,
        requested_at=at,
        submission=submission,
        due_on=deadlines.due("arbitration" if is_own else kind, after=on),
    )
    RequestedField.objects.bulk_create(
        RequestedField(
            request=request,
            name=name,
            answer=Answer.UNUSED if name in unused else Answer.GRANTED if name in at_once else Answer.PENDING,
        )
        for name in dict.fromkeys(wish.fields)
    )
    add_step(request, "requested", by=by.actor, at=at, words=request.purpose)
    if unused:
        titles = "、".join(fields[name].title for name in wish.fields if name in unused)
        add_step(request, "unused", by=by.actor, at=at, words=f"规则不使用：{titles}")
    if at_once:
        add_step(request, "unconditional", by=by.actor, at=at, words="无条件共享，即时同意")
        conclude(request, by=by.actor, at=at)
    return request


def withdraw(request_id: UUID, *, by: Desk, at: datetime) -> GrantRequest:
    """Take back what has not been answered yet (撤回); fields granted already stay granted.

    Raises:
        NoSuchRequest: it is not the desk's agency's. WrongRequestState: it is closed.
    """
    with transaction.atomic():
        request = locked(request_id, by)
        if request.grantee_id != by.agency or by.is_auditor:
            raise NotYourDesk("只有申请部门可以撤回。")
        if request.state not in {State.WAITING, State.DISPUTED}:
            raise WrongRequestState(f"申请{request.get_state_display()}，不能再撤回。")
        add_step(request, "withdrawn", by=by.actor, at=at, words="")
        is_refused = request.fields.filter(answer=Answer.REFUSED).exists()
        end = State.REFUSED if is_refused else State.WITHDRAWN
        return conclude(request, by=by.actor, at=at, otherwise=end, leave_pending=True)


def dispute(request_id: UUID, *, words: str, by: Desk, at: datetime) -> GrantRequest:
    """Ask the bureau to decide on what the owner refused (申请裁定).

    Raises:
        NoSuchRequest, NotYourDesk: it is not the desk's to dispute. WrongRequestState: nothing was refused, or the
            bureau has decided. BadRequest: no reason was given.
    """
    said = clean(words, "words", "请写明为什么需要这些字段。")
    with transaction.atomic():
        request = locked(request_id, by)
        if request.grantee_id != by.agency or by.is_auditor:
            raise NotYourDesk("只有申请部门可以申请裁定。")
        open_fields = request.fields.filter(answer=Answer.REFUSED, is_arbitrated=False)
        if request.state not in {State.GRANTED, State.REFUSED} or not open_fields.exists():
            raise WrongRequestState("没有可以裁定的答复：尚未答复、全部同意，或已经裁定。")
        request.state, request.closed_at = State.DISPUTED, None
        request.due_on = deadlines.due("arbitration", after=timezone.localdate(at))
        request.save(update_fields=["state", "closed_at", "due_on"])
        add_step(request, "disputed", by=by.actor, at=at, words=said)
    return request


def locked(request_id: UUID, by: Desk) -> GrantRequest:
    """Return the request, its row locked, for a desk that may see it.

    Raises:
        NoSuchRequest: there is none, or the desk has nothing to do with it.
    """
    rows = GrantRequest.objects.select_for_update(of=("self",)).select_related("dataset")
    request = rows.filter(pk=request_id).first()
    if request is None or not may_see(request, by):
        raise NoSuchRequest("请检查地址，或回到共享申请列表。")
    return request


def may_see(request: GrantRequest, by: Desk) -> bool:
    """Tell whether the desk may see it: whoever asks, whoever owns, the bureau, the auditor."""
    return by.is_steward or by.is_auditor or by.agency in {request.grantee_id, request.dataset.agency_id}


def clean(words: str, field: str, wanted: str) -> str:
    """Return a text somebody wrote, without blanks around it.

    Raises:
        BadRequest: it is empty, too long, or has characters that no database keeps.
    """
    said = words.strip()
    if not said:
        raise BadRequest(wanted, errors={field: wanted})
    if len(said) > WORDS or not is_text(said):
        sentence = f"请控制在 {WORDS} 字以内，不要使用控制字符。"
        raise BadRequest(sentence, errors={field: sentence})
    return said


def is_text(written: str) -> bool:
    """Tell whether it is text that can be kept and shown: line breaks, and otherwise printable characters."""
    return all(character.isprintable() or character in "\r\n\t　" for character in written)


def _submitted(wish: Wish, by: Desk, submission: str) -> GrantRequest | None:
    if not is_text(submission):
        return None
    known = GrantRequest.objects.filter(grantee_id=by.agency, submission=submission).first()
    if known is not None and (known.dataset_id, known.item) != (wish.dataset, _purpose_code(wish)):
        raise SubmissionUsed("请刷新页面后重新填写。")
    return known


def _purpose_code(wish: Wish) -> str:
    return LEGAL_PREFIX + wish.item.removeprefix(LEGAL_PREFIX) if wish.kind == Kind.LEGAL.value else wish.item


def _asked_of(wish: Wish) -> tuple[Dataset, dict[str, DatasetField]]:
    """Return the dataset with its fields by name, where it is one that can be asked for."""
    dataset = Dataset.objects.filter(pk=wish.dataset).first() if is_text(wish.dataset) else None
    if dataset is None:
        sentence = "目录中没有这个数据资源，请从目录中选择。"
        raise BadRequest(sentence, errors={"dataset": sentence})
    if dataset.status != Dataset.Status.PUBLISHED.value:
        raise Withheld(f"资源{dataset.get_status_display()}，只有已发布的可以申请。", dataset=dataset.pk)
    if dataset.sharing == Dataset.Sharing.WITHHELD.value:
        raise Withheld(f"不予共享，依据：{dataset.legal_ground or '提供部门没有写明'}。", dataset=dataset.pk)
    return dataset, {one.name: one for one in dataset.fields.all()}


def _need(wish: Wish) -> needs.Need | None:
    """Return what the item or policy needs; None for a purpose that has no rules."""
    if wish.kind == Kind.LEGAL.value:
        return None
    found = needs.need(wish.kind, wish.item, wish.dataset)
    if found is None:
        sentence = "没有这个事项或政策，或者它今天没有生效的规则。"
        raise BadRequest(sentence, errors={"item": sentence})
    return found


def _over_asked(found: needs.Need, fields: Mapping[str, DatasetField], wish: Wish) -> OverAsked:
    reads = [name for name in fields if name in found.fields]
    asked = "、".join(fields[name].title for name in wish.fields)
    said = "、".join(fields[name].title for name in reads)
    proposal = f"这个数据资源中，它使用的是：{said}。" if reads else "它不使用这个数据资源的任何字段。"
    return OverAsked(
        f"“{found.title}”的规则不使用{asked}。{proposal}", item=found.slug, unused=list(wish.fields), reads=reads
    )


def _check(wish: Wish, fields: Mapping[str, DatasetField], *, on: date, submission: str) -> None:
    """Raise one error that names every place of the form which has to be mended."""
    errors: dict[str, str] = {}
    if not wish.fields:
        errors["fields"] = "请至少选择一个字段。"
    elif unknown := sorted({name for name in wish.fields if name not in fields}):
        errors["fields"] = f"数据资源中没有字段“{'、'.join(name[:40] for name in unknown[:3])}”，请从目录中选择。"
    elif withheld := [name for name in wish.fields if fields[name].sharing == Dataset.Sharing.WITHHELD.value]:
        errors["fields"] = f"字段“{'、'.join(fields[name].title for name in withheld)}”不予共享，请去掉。"
    if wish.kind == Kind.LEGAL.value:
        if not SLUG.fullmatch(wish.item.removeprefix(LEGAL_PREFIX)):
            errors["item"] = "请给这项职责起一个标识：小写字母、数字和连字符。"
        if not wish.legal_ground.strip():
            errors["legal_ground"] = "不是事项或政策的，请写明法律、行政法规的名称和条款。"
    if not SHORTEST_PURPOSE <= len(wish.purpose.strip()) <= LONGEST_PURPOSE or not is_text(wish.purpose):
        errors["purpose"] = f"请用一句话写明用途，{SHORTEST_PURPOSE} 到 {LONGEST_PURPOSE} 字。"
    if len(wish.legal_ground) > LONGEST_GROUND or not is_text(wish.legal_ground):
        errors["legal_ground"] = f"法律依据请控制在 {LONGEST_GROUND} 字以内。"
    if wish.basis_kind not in Basis.values:
        errors["basis_kind"] = "请选择法定职责或本人同意。"
    if wish.valid_from < on:
        errors["valid_from"] = "起始日期不能早于今天。"
    if wish.valid_until <= wish.valid_from:
        errors["valid_until"] = "截止日期应晚于起始日期。"
    for name, limit in (("limit_per_minute", wish.limit_per_minute), ("limit_per_day", wish.limit_per_day)):
        if limit is not None and not 0 < limit <= HIGHEST_LIMIT:
            errors[name] = f"次数上限应为 1 到 {HIGHEST_LIMIT:,}，或不填。"
    if not 0 < len(submission) <= 64 or not is_text(submission):  # noqa: PLR2004 - the column's length
        errors["submission"] = "提交标识有误，请刷新页面后重新填写。"
    if errors:
        raise BadRequest(" ".join(errors.values()), errors=errors)
