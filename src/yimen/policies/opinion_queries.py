"""Reads of what agencies are asked to look at together (联审). Who asks is part of every query."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from yimen.core.errors import NotFound
from yimen.parties.logic import Actor
from yimen.policies import benefit_queries, queries
from yimen.policies.models import (
    Opinion,
)


class OpinionNotFound(NotFound):
    """No such opinion, or another agency is asked for it."""

    code = "policies.opinion-not-found"
    title = "没有找到这件联审。"


@dataclass(frozen=True, slots=True)
class OpinionRow:
    """One line of the joint list (联审清单), what the agency is asked to look at. A person's name is masked."""

    id: int
    title: str
    applicant: str
    looks_at: str
    asked_at: datetime
    due_on: date
    is_late: bool


@dataclass(frozen=True, slots=True)
class OpinionSaid:
    """What one agency said, or that it has not (联审意见), for the handling agency."""

    agency: str
    looks_at: str
    verdict: str
    verdict_label: str
    words: str
    due_on: date
    is_late: bool
    said_at: datetime | None


def opinions_for(officer: Actor, *, on: date, limit: int = 200) -> list[OpinionRow]:
    """Return what this officer's agency is asked and has not answered, the earliest due first."""
    waiting = (
        Opinion.objects.filter(agency_id=officer.agency_code, verdict="", case__status="REVIEW")
        .select_related("case__applicant")
        .order_by("due_on", "pk")[:limit]
    )
    names = queries.named(one.measure for one in waiting)
    return [
        OpinionRow(
            one.pk,
            names[one.measure],
            benefit_queries.shown(one.case.applicant),
            one.looks_at,
            one.asked_at,
            one.due_on,
            one.due_on < on,
        )
        for one in waiting
    ]


def opinion_of(officer: Actor, opinion_id: int, *, lock: bool = False) -> Opinion:
    """Return an opinion this officer's agency is asked for.

    Raises:
        OpinionNotFound: there is none, or another agency is asked.
    """
    found = Opinion.objects.select_for_update(of=("self",)) if lock else Opinion.objects.all()
    one = found.filter(agency_id=officer.agency_code, pk=opinion_id).select_related("case__applicant", "agency").first()
    if one is None:
        raise OpinionNotFound("请从联审清单重新进入。")
    return one


def opinions_on(case_id: UUID, *, on: date) -> list[OpinionSaid]:
    """Return what every agency asked about this case said; the caller has seen to it that it may be shown."""
    return [
        OpinionSaid(
            one.agency.short_name,
            one.looks_at,
            one.verdict,
            one.get_verdict_display() or ("逾期未回复，已督办" if one.escalated_at else "待回复"),
            one.words,
            one.due_on,
            not one.verdict and one.due_on < on,
            one.said_at,
        )
        for one in Opinion.objects.filter(case_id=case_id).select_related("agency")
    ]
