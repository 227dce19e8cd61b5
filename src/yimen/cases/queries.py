"""Reads of cases. The applicant or the officer is part of every query, so no page can forget to ask."""

from collections import Counter
from collections.abc import Collection, Hashable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.db.models import F, Min, Q, QuerySet

from yimen.cases.models import Case, CaseFact, Decision, ItemFigures, Offer
from yimen.core import pipeline
from yimen.core.errors import NotFound
from yimen.items import queries as items
from yimen.ledger import queries as ledger
from yimen.licences import queries as licences
from yimen.parties.logic import Actor, covers
from yimen.parties.models import Party
from yimen.parties.queries import Standing
from yimen.standards import masking


class CaseNotFound(NotFound):
    """No such case, or not this person's to see."""

    code = "cases.not-found"
    title = "没有找到这个办件。"


@dataclass(frozen=True, slots=True)
class CaseRow:
    """One line of a citizen's list of cases (我的办件)."""

    id: UUID
    item: str
    slug: str
    number: str | None
    status: str
    status_label: str
    started_at: datetime
    submitted_at: datetime | None


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One line of an officer's queue (待办列表). A person's name is masked, an organisation's is public."""

    id: UUID
    item: str
    number: str
    applicant: str
    submitted_at: datetime
    missing: int
    is_review: bool


MINE = """
SELECT {columns} FROM cases_case c,
  (VALUES (%s::uuid, %s::uuid, %s::uuid, %s::varchar[], %s::varchar)) AS asked (id, principal, person, items, client)
WHERE c.id = asked.id
  AND (c.applicant_id = asked.principal OR (c.organisation_id = asked.principal AND c.handler_id = asked.person))
  AND (cardinality(asked.items) = 0 OR c.item_slug = ANY (asked.items))
  AND (asked.client = '' OR c.client = asked.client)
"""
"""What `_theirs` says, for one case; asked on every click, so not put together anew each time."""
ELSEWHERE = "请从“我的办件”重新进入；如果是别人分享的链接，需要本人登录查看。"


def mine(standing: Standing, case_id: UUID, *, lock: bool = False) -> Case:
    """Return a case of the party somebody acts for, in the items they may act in.

    Raises:
        CaseNotFound: there is none, or it is somebody else's.
    """
    statement = MINE.format(columns=pipeline.columns(Case, "c")) + ("FOR UPDATE OF c" if lock else "")
    values = [case_id, standing.principal.pk, standing.person.pk, list(standing.items), standing.client]
    row = pipeline.ask_now(statement, values)
    if row is None:
        raise CaseNotFound(ELSEWHERE)
    case = pipeline.loaded(Case, row)
    # The parties are known already, but for an organisation one represents besides: nothing is fetched twice.
    known = {standing.principal.pk: standing.principal, standing.person.pk: standing.person}
    for name in ("applicant", "handler", "organisation"):
        if (party := known.get(getattr(case, f"{name}_id"))) is not None:
            setattr(case, name, party)
    return case


def _theirs(cases: QuerySet[Case], standing: Standing) -> QuerySet[Case]:
    """Return those cases this standing gives sight of: a representative's or an agent's, of the one they stand for."""
    cases = cases.filter(Q(applicant=standing.principal) | Q(organisation=standing.principal, handler=standing.person))
    cases = cases.filter(client=standing.client) if standing.client else cases
    return cases.filter(item_slug__in=standing.items) if standing.items else cases


def of_my_agency(officer: Actor, case_id: UUID, *, lock: bool = False) -> Case:
    """Return a submitted case of the officer's own agency.

    Raises:
        CaseNotFound: there is none, it is a draft, or it is another agency's.
    """
    cases = Case.objects.select_for_update(of=("self",)) if lock else Case.objects.all()
    return _one(cases.filter(agency_code=officer.agency_code).exclude(status=Case.Status.DRAFT), case_id)


def submitted(case_id: UUID) -> Case:
    """Return a submitted case, for a caller that has its own reason to look into it.

    Raises:
        CaseNotFound: there is none, or it is a draft.
    """
    return _one(Case.objects.exclude(status=Case.Status.DRAFT), case_id)


def _one(cases: QuerySet[Case], case_id: UUID) -> Case:
    related = ("applicant", "handler", "organisation")
    case = cases.select_related(*related).filter(pk=case_id).first()
    if case is None:
        raise CaseNotFound(ELSEWHERE)
    return case


def list_of(standing: Standing, *, limit: int = 50) -> list[CaseRow]:
    """Return the cases of the party somebody acts for, newest first."""
    cases = _theirs(Case.objects.all(), standing).select_related("item_version__item").order_by("-started_at")
    return [
        CaseRow(
            id=case.pk,
            item=case.item_version.item.name,
            slug=case.item_slug,
            number=case.number,
            status=case.status,
            status_label=case.get_status_display(),
            started_at=case.started_at,
            submitted_at=case.submitted_at,
        )
        for case in cases[:limit]
    ]


OPEN = (Case.Status.DRAFT, Case.Status.REVIEW)


def current(applicant: Party, slug: str, *, with_granted: bool = True) -> Case | None:
    """Return the party's open case of the item, or else the granted one unless it may be granted again; or None."""
    held = (*OPEN, Case.Status.APPROVED) if with_granted else OPEN
    cases = Case.objects.filter(applicant=applicant, item_slug=slug, status__in=held)
    return cases.order_by(F("concluded_at").asc(nulls_first=True), "-started_at").first()


def is_granted(applicant: Party, slug: str) -> bool:
    """Tell whether the party was granted the item."""
    return Case.objects.filter(applicant=applicant, item_slug=slug, status=Case.Status.APPROVED).exists()


def is_served(organisation: Party, slug: str, *, but: Party, statuses: Collection[str]) -> bool:
    """Tell whether another applicant than this one has a case of the item for the organisation, in one of these."""
    cases = Case.objects.filter(organisation=organisation, item_slug=slug, status__in=statuses)
    return cases.exclude(applicant=but).exists()


class OfferNotFound(NotFound):
    """No such offer, or not this party's."""

    code = "cases.offer-not-found"
    title = "没有找到这项主动服务。"


@dataclass(frozen=True, slots=True)
class OfferRow:
    """Something offered without applying, waiting for one tap (待确认的主动服务). The amount is in yuan, or None."""

    id: int
    item: str
    slug: str
    amount_yuan: Decimal | None
    offered_at: datetime


def offers_to(standing: Standing) -> list[OfferRow]:
    """Return what is offered to the party somebody acts for and not answered yet."""
    offers = Offer.objects.filter(applicant=standing.principal, status=Offer.Status.OFFERED).order_by("offered_at")
    waiting = [one for one in offers if covers(standing.items, one.item_slug)]
    names = items.names(one.item_slug for one in waiting)
    return [
        OfferRow(one.pk, names.get(one.item_slug, one.item_slug), one.item_slug, one.amount_yuan, one.offered_at)
        for one in waiting
        if one.offered_at is not None
    ]


def offer_of(standing: Standing, offer_id: int) -> Offer:
    """Return an offer to the party somebody acts for.

    Raises:
        OfferNotFound: there is none, or it is somebody else's.
    """
    offers = Offer.objects.select_related("applicant", "case").exclude(status=Offer.Status.WATCHED)
    offer = offers.filter(applicant=standing.principal, pk=offer_id).first()
    if offer is None or not covers(standing.items, offer.item_slug):
        raise OfferNotFound("请从首页重新进入。")
    return offer


def offers_not_due(slug: str, *, on: date, rules_since: date) -> set[UUID]:
    """Return who need not be looked into for this item on that day: offered before, or looked at lately.

    Who was looked at before the rules of today began, on `rules_since`, is due.
    """
    watched = Q(status=Offer.Status.WATCHED)
    due = watched & (Q(next_check_on__lte=on) | Q(checked_on__lt=rules_since))
    return set(Offer.objects.filter(item_slug=slug).exclude(due).values_list("applicant_id", flat=True))


def submitted_since(since: datetime, *, slugs: Collection[str]) -> dict[tuple[UUID, str], datetime]:
    """Return when each party first submitted a case of each of these items since then, by party and slug."""
    cases = Case.objects.filter(item_slug__in=slugs, submitted_at__gte=since).order_by()
    first = cases.values_list("applicant_id", "item_slug").annotate(first=Min("submitted_at"))
    return {(party, slug): at for party, slug, at in first}


def figures(slug: str) -> ItemFigures | None:
    """Return how the item does today, None before its first conclusion."""
    return ItemFigures.objects.filter(pk=slug).first()


def queue(officer: Actor, *, limit: int = 100) -> list[QueueRow]:
    """Return the cases waiting for an officer of this agency, oldest first."""
    cases = (
        Case.objects.filter(agency_code=officer.agency_code, status=Case.Status.REVIEW)
        .select_related("applicant", "item_version__item")
        .prefetch_related("decisions")
        .order_by("submitted_at")
    )
    rows = []
    for case in cases[:limit]:
        assert case.number is not None
        assert case.submitted_at is not None
        rows.append(
            QueueRow(
                id=case.pk,
                item=case.item_version.item.name,
                number=case.number,
                applicant=masking.name(case.applicant.name) if case.applicant.is_person else case.applicant.name,
                submitted_at=case.submitted_at,
                missing=sum(len(decision.missing) for decision in case.decisions.all()),
                is_review=case.review_requested_at is not None,
            )
        )
    return rows


@dataclass(frozen=True, slots=True)
class Outcome:
    """How far a case is, for whoever looks after its item from above: no facts, no trace.

    `amount_yuan` is that of the decision that stands, None where it grants no money.
    """

    case_id: UUID
    item: str
    applicant: UUID
    agency: str
    status: str
    amount_yuan: Decimal | None
    submitted_at: datetime | None
    concluded_at: datetime | None


def outcome(case_id: UUID) -> Outcome | None:
    """Return how far this case is, None where there is none. It names nobody."""
    case = Case.objects.filter(pk=case_id).first()
    if case is None:
        return None
    last = case.decisions.last()
    return Outcome(
        case.pk,
        case.item_slug,
        case.applicant_id,
        case.agency_code,
        case.status,
        last.amount_yuan if last else None,
        case.submitted_at,
        case.concluded_at,
    )


def item_of(case_id: UUID) -> str:
    """Return the item of this case, empty where there is no such case."""
    return Case.objects.filter(pk=case_id).values_list("item_slug", flat=True).first() or ""


def held(applicant: UUID, items: Collection[str], *, with_drafts: bool = False) -> list[str]:
    """Return which of these items the party was granted or waits for; with drafts, also those it has begun."""
    statuses = [Case.Status.APPROVED, Case.Status.REVIEW, *([Case.Status.DRAFT] if with_drafts else [])]
    cases = Case.objects.filter(applicant_id=applicant, item_slug__in=items, status__in=statuses)
    return sorted(set(cases.values_list("item_slug", flat=True)))


def ledger_gaps() -> list[str]:
    """Return a sentence for everything that cases and ledger do not agree on; empty when none is missing.

    Every submitted case has one act of submission; every decision one act, and every act its decision; every fact a
    department gave has the row of its read; every approved case whose item gives one has a licence with its act of
    issue.
    """
    return [*_submissions(), *_decisions(), *_reads(), *_issues(), *_reviews(), *_offers()]


def _submissions() -> list[str]:
    submitted = set(Case.objects.exclude(status=Case.Status.DRAFT).values_list("pk", flat=True))
    return _compare(submitted, [act.case_id for act in ledger.acts("case.submitted")], "办件", "提交")


def _decisions() -> list[str]:
    decided = set(Decision.objects.values_list("pk", flat=True))
    return _compare(decided, [act.details.get("decision") for act in ledger.acts("case.decided")], "决定", "决定")


def _issues() -> list[str]:
    gives_none = Q(item_version__content__result__licence_type="")
    cases = Case.objects.filter(status=Case.Status.APPROVED).exclude(gives_none)
    approved = set(cases.values_list("pk", flat=True))
    licensed = licences.case_ids()
    gaps = [f"办件 {case} 已准予，但没有证照。" for case in sorted(approved - licensed)]
    gaps += [f"办件 {case} 有证照，但没有准予。" for case in sorted(licensed - approved)]
    return gaps + _compare(approved, [act.case_id for act in ledger.acts("licence.issued")], "办件", "证照签发")


def _reviews() -> list[str]:
    asked = set(Case.objects.exclude(review_requested_at=None).values_list("pk", flat=True))
    return _compare(asked, [act.case_id for act in ledger.acts("case.review-requested")], "办件", "要求复核")


def _offers() -> list[str]:
    made = set(Offer.objects.exclude(offered_at=None).values_list("pk", flat=True))
    return _compare(made, [act.details.get("offer") for act in ledger.acts("offer.made")], "主动服务", "主动告知")


def _reads() -> list[str]:
    entries = set(
        CaseFact.objects.exclude(entry="").exclude(case__status=Case.Status.DRAFT).values_list("entry", flat=True)
    )
    absent = entries - ledger.existing(entries)
    return [f"有数据项引用了不存在的取数留痕 {entry}。" for entry in sorted(absent)]


def _compare(things: Iterable[Hashable], acts: Iterable[Hashable], noun: str, verb: str) -> list[str]:
    there, counted = set(things), Counter(acts)
    gaps = [f"{noun} {thing} 没有{verb}留痕。" for thing in sorted(there - counted.keys(), key=str)]
    gaps += [f"{verb}留痕指向不存在的{noun} {act}。" for act in sorted(counted.keys() - there, key=str)]
    gaps += [f"{noun} {act} 有 {times} 条{verb}留痕。" for act, times in sorted(counted.items(), key=str) if times > 1]
    return gaps
