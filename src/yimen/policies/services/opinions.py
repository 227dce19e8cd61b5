"""Several agencies look at one case at the same time (组织协同): asked, answered, escalated when silent."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from yimen import dmn
from yimen.cases import services as cases
from yimen.cases.logic import day_of
from yimen.cases.models import Case
from yimen.cases.queries import Outcome
from yimen.cases.services import Part, reading
from yimen.core.errors import Conflict, Invalid
from yimen.parties.logic import Actor
from yimen.policies import benefit_queries, opinion_queries, queries
from yimen.policies.logic import Joint
from yimen.policies.models import Opinion
from yimen.standards import working_days
from yimen.tasks import queries as task_queries
from yimen.tasks import services as tasks

LATE_TASK = "policy.opinion"
LATE_DAYS = 2
"""Working days a silent agency still has once it is chased."""
WORDS = range(5, 1001)
SYSTEM = Actor("system", "policies.opinions", "组织协同（系统）")


class OpinionSaid(Conflict):
    """The agency has answered."""

    code = "policies.opinion-said"
    title = "这件联审已经回复，不能更改。"


class OpinionNotNeeded(Conflict):
    """The case was decided meanwhile."""

    code = "policies.opinion-not-needed"
    title = "这个办件已经办结，不再需要意见。"


class WordsMissing(Invalid):
    """An objection says why; and no opinion is longer than 1,000 characters."""

    code = "policies.words-missing"
    title = "请写明理由。"


@dataclass(frozen=True, slots=True)
class Asked:
    """An opinion asked for, with the facts it needs and no others (联审所见)."""

    opinion: Opinion
    title: str
    applicant: str
    part: Part


def ask(outcome: Outcome, *, at: datetime) -> list[Opinion]:
    """Ask every joint agency at once, each for its own part; who was asked is not asked again.

    One clock: the case's promised working days. An agency has the first half of them, so that the handling agency can
    still decide in time.
    """
    assert outcome.submitted_at is not None
    on = day_of(outcome.submitted_at)
    definition = queries.measure(outcome.item, on=on).definition
    asked = [one for one in definition.joint if one.agency != definition.handled_by]
    if not asked:
        return []
    ground = reading.ground_on(outcome.item, on=on)
    today = day_of(at)
    due = working_days.after(today, max(1, definition.promised_days // 2))
    with transaction.atomic():
        return [
            Opinion.objects.get_or_create(
                case_id=outcome.case_id,
                agency_id=one.agency,
                defaults={
                    "measure": outcome.item,
                    "looks_at": one.opinion[:300],
                    "facts": _needed(one, ground),
                    "asked_at": at,
                    "due_on": due,
                    "case_due_on": working_days.after(today, definition.promised_days),
                },
            )[0]
            for one in asked
        ]


def _needed(one: Joint, ground: reading.Ground) -> list[str]:
    """Return the facts an opinion needs: those of its conditions, and those the agency is itself the authority of."""
    own = {name for name, fact in ground.definitions.items() if fact.authority == one.agency}
    conditions = [name for name in one.conditions if name in ground.model.decisions]
    return sorted(own.union(*(dmn.facts_of(ground.model, name) for name in conditions)))


def open_opinion(opinion_id: int, *, by: Actor, at: datetime) -> Asked:
    """Show an officer what their agency is asked to look at; the facts shown leave their row in the ledger.

    Raises:
        OpinionNotFound: another agency is asked.
    """
    one = opinion_queries.opinion_of(by, opinion_id)
    part = cases.open_part(one.case_id, one.facts, why=f"联审：{one.looks_at}", by=by, at=at)
    return Asked(one, queries.title_of(one.measure), benefit_queries.shown(one.case.applicant), part)


@transaction.atomic
def say(opinion_id: int, *, agreed: bool, words: str, by: Actor, at: datetime) -> Opinion:
    """Say what the agency thinks; the same said twice changes nothing.

    Raises:
        OpinionNotFound: another agency is asked. OpinionSaid: something else was said. OpinionNotNeeded: the case is
        decided. WordsMissing: an objection without a reason, or words beyond measure.
    """
    plain = words.replace("\0", "").strip()
    one = opinion_queries.opinion_of(by, opinion_id, lock=True)
    verdict = Opinion.Verdict.AGREED if agreed else Opinion.Verdict.OBJECTED
    if one.verdict:
        if (one.verdict, one.words) == (verdict, plain):
            return one
        raise OpinionSaid(
            f"已于 {one.said_at:%Y-%m-%d} 回复“{one.get_verdict_display()}”。需要补充的，请直接联系兑现部门。"
        )
    if one.case.status != Case.Status.REVIEW:
        raise OpinionNotNeeded("可以从联审清单查看其他待回复的办件。")
    if len(plain) >= WORDS.stop or (not agreed and len(plain) not in WORDS):
        raise WordsMissing(f"理由应为 5 到 1000 个字，现在是 {len(plain)} 个字。", length=len(plain))
    one.verdict, one.words, one.said_at = verdict, plain, at
    one.officer_id, one.officer_label = by.id, by.label
    one.save(update_fields=["verdict", "words", "said_at", "officer_id", "officer_label"])
    for task, _ in task_queries.open_of(LATE_TASK, [str(one.pk)]).values():
        tasks.close(task, by=by, at=at, answer=f"已回复：{one.get_verdict_display()}")
    return one


def chase(*, at: datetime, on: date) -> int:
    """Give every agency that is late a task, once; return how many. Silence is escalated and never taken as agreement.

    Raises:
        CalendarGap: the calendar of working days ends before.
    """
    late = Opinion.objects.filter(verdict="", escalated_at=None, due_on__lt=on, case__status=Case.Status.REVIEW)
    count = 0
    for number in late.values_list("pk", flat=True):
        with transaction.atomic():
            one = Opinion.objects.select_for_update().get(pk=number)
            if one.verdict or one.escalated_at:
                continue
            tasks.open_task(
                LATE_TASK,
                str(one.pk),
                title=f"联审意见逾期：{queries.title_of(one.measure)}",
                agency=one.agency_id,
                due_on=working_days.after(on, LATE_DAYS),
                by=SYSTEM,
                at=at,
                words=f"应于 {one.due_on:%Y-%m-%d} 前回复：{one.looks_at}",
            )
            one.escalated_at = at
            one.save(update_fields=["escalated_at"])
            count += 1
    return count
