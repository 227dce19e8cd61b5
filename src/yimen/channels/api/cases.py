"""Cases: begin, prepare, answer, submit, ask for a person (办件)."""

from http import HTTPStatus
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Status

from yimen.cases import queries, services
from yimen.cases.logic import Asked, as_text
from yimen.cases.models import Case, Decision
from yimen.cases.services import CaseFile
from yimen.channels.api import types
from yimen.channels.api.bearer import Token, standing_of
from yimen.channels.api.failures import may_fail
from yimen.channels.api.licences import line as licence_line
from yimen.core.errors import Conflict
from yimen.facts.logic import APPLICANT, SYSTEM, FactDefinition, label, title_of
from yimen.facts.resolver import Reading
from yimen.licences import queries as licences
from yimen.parties.queries import Standing

router = Router(tags=["cases"], auth=Token())


class NotSubmitted(Conflict):
    """The case is a draft: it has no result yet."""

    code = "api.not-submitted"
    title = "这个办件还没有提交，没有结果。"


@router.get("", response={200: list[types.CaseLine], **may_fail()}, summary="办件列表", operation_id="listCases")
def listing(request: HttpRequest) -> list[types.CaseLine]:
    """Return what was filed through this client for the party it acts for, newest first."""
    return [
        types.CaseLine(
            id=one.id,
            item=one.slug,
            status=types.Status(one.status),
            number=one.number,
            started_at=one.started_at,
            submitted_at=one.submitted_at,
        )
        for one in queries.list_of(standing_of(request))
    ]


@router.post(
    "",
    response={201: types.CaseLine, 200: types.CaseLine, **may_fail(404, 409, 415)},
    summary="开始办理",
    operation_id="beginCase",
)
def begin(request: HttpRequest, body: types.Begin) -> Status[types.CaseLine]:
    """Begin an application (201), or return the one that is open (200)."""
    at = timezone.now()
    case = services.start(body.item, by=standing_of(request), at=at, organisation=body.organisation)
    return Status(HTTPStatus.CREATED if case.started_at == at else HTTPStatus.OK, _line(case))


@router.get(
    "/{uuid:case_id}",
    response={200: types.CaseResult, **may_fail(404, 409)},
    summary="办理结果",
    operation_id="getCase",
)
def show(request: HttpRequest, case_id: UUID) -> types.CaseResult:
    """Return a submitted case with its decision."""
    return _result(standing_of(request), case_id)


@router.get(
    "/{uuid:case_id}/preparation",
    response={200: types.Preparation, **may_fail(404, 409, 503)},
    summary="草稿：已知的数据和还要回答的问题",
    operation_id="prepareCase",
)
def prepare(request: HttpRequest, case_id: UUID) -> types.Preparation:
    """Read what the departments know, as far as the rules ask for it, and say what is still open."""
    return _preparation(services.prepare(case_id, by=standing_of(request), at=timezone.now()))


@router.patch(
    "/{uuid:case_id}/answers",
    response={200: types.Preparation, **may_fail(404, 409, 415, 503)},
    summary="保存回答",
    operation_id="answerCase",
)
def answer(request: HttpRequest, case_id: UUID, body: types.Answered) -> types.Preparation:
    """Keep the applicant's answers with the draft."""
    standing, at = standing_of(request), timezone.now()
    services.save_answers(case_id, body.answers, by=standing, at=at)
    return _preparation(services.prepare(case_id, by=standing, at=at))


@router.post(
    "/{uuid:case_id}/submit",
    response={200: types.CaseResult, **may_fail(404, 409, 415, 503)},
    summary="提交",
    operation_id="submitCase",
)
def submit(request: HttpRequest, case_id: UUID, body: types.Answered) -> types.CaseResult:
    """Submit and decide. Sent again, it gives the case there is."""
    standing = standing_of(request)
    services.submit(case_id, body.answers, by=standing, at=timezone.now())
    return _result(standing, case_id)


@router.post(
    "/{uuid:case_id}/review-request",
    response={200: types.CaseResult, **may_fail(404, 409, 415)},
    summary="要求人工复核",
    operation_id="requestReview",
)
def review(request: HttpRequest, case_id: UUID, body: types.ReviewRequest) -> types.CaseResult:
    """Hand a case the rules refused to an officer."""
    standing = standing_of(request)
    services.request_review(case_id, reason=body.reason, by=standing, at=timezone.now())
    return _result(standing, case_id)


def _line(case: Case) -> types.CaseLine:
    return types.CaseLine(
        id=case.pk,
        item=case.item_slug,
        status=types.Status(case.status),
        number=case.number,
        started_at=case.started_at,
        submitted_at=case.submitted_at,
    )


def _preparation(draft: services.Preparation) -> types.Preparation:
    return types.Preparation(
        id=draft.case_id,
        item=draft.item.definition.slug,
        outcome=types.Outcome(draft.judgement.verdict.value),
        conditions=[
            types.Condition(id=one.id, text=one.text, clauses=list(one.clauses), state=types.State(one.state.value))
            for one in draft.judgement.conditions
        ],
        facts=[_fact(one, draft.definitions[name]) for name, one in draft.readings.items()],
        questions=[_question(one) for one in draft.asked],
    )


def _fact(one: Reading, definition: FactDefinition) -> types.KnownFact:
    source = {APPLICANT: types.Source.APPLICANT, SYSTEM: types.Source.SYSTEM}.get(definition.authority)
    return types.KnownFact(
        fact=one.fact,
        title=definition.title,
        value=None if one.value is None else as_text(one.value),
        text="" if one.value is None else label(definition, one.value),
        state=types.FactState(one.state.value),
        source=source or types.Source.DEPARTMENT,
        agency=one.agency,
        as_of=one.as_of,
    )


def _question(one: Asked) -> types.Question:
    return types.Question(
        fact=one.fact,
        ask=one.ask,
        hint=one.hint,
        type=types.Kind(one.type),
        options=[types.Choice(value=o.value, label=o.label, effect=o.effect) for o in one.options],
        is_declared=one.is_declared,
        answer=one.answer,
        filled_by=one.filled_by,
    )


def _result(standing: Standing, case_id: UUID) -> types.CaseResult:
    opened = services.open_as_applicant(case_id, by=standing, at=timezone.now())
    if opened is None:
        raise NotSubmitted("请先回答问题并提交。", case=str(case_id))
    return _told(opened)


def _told(opened: CaseFile) -> types.CaseResult:
    case, automatic, final = opened.case, opened.automatic, opened.final
    assert case.number is not None
    assert case.query_code is not None
    holders = [one for one in (case.applicant_id, case.organisation_id) if one]
    licence = licences.of_case(case.pk, holders=holders, at=timezone.now())
    conditions = [_condition(one) for one in automatic.conditions]
    return types.CaseResult(
        id=case.pk,
        item=case.item_slug,
        number=case.number,
        query_code=case.query_code,
        status=types.Status(case.status),
        outcome=types.Outcome(automatic.verdict),
        decided_by=types.Maker(final.made_by),
        reason=final.reason,
        conditions=conditions,
        failing=[one for one in conditions if one.state is types.State.FAILED],
        missing=[
            types.MissingFact(fact=name, title=title)
            for name in automatic.missing
            if (title := title_of(name, opened.definitions))
        ],
        near=automatic.near_miss,
        amount=automatic.amount_yuan,
        elapsed_ms=automatic.elapsed_ms if final.made_by == Decision.Maker.RULES else None,
        licence=licence_line(licence) if licence else None,
    )


def _condition(one: dict[str, object]) -> types.Condition:
    clauses = one["clauses"]
    assert isinstance(clauses, list)
    return types.Condition(
        id=str(one["id"]),
        text=str(one["text"]),
        clauses=[str(clause) for clause in clauses],
        state=types.State(str(one["state"])),
    )
