"""Write a filing down: case, facts, decision, licence, ledger rows, later jobs; all together or not at all.

This is the one hot transaction, so its rows are sent as one pipeline: two round trips from BEGIN to COMMIT. The same
rows written by the ORM are its oracle in tests, and its stand-in where an approval brings an organisation into being.
"""

import time
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import connection, transaction

from yimen.cases import logic, queries
from yimen.cases.models import Case, CaseFact, Decision
from yimen.cases.services import following, founding, granting, reading
from yimen.cases.services.reading import Ground
from yimen.core import jobs, pipeline
from yimen.core.models import Outbox
from yimen.facts.resolver import Resolver
from yimen.ledger import services as ledger
from yimen.ledger.models import Entry
from yimen.licences import services as licences
from yimen.licences.models import Licence
from yimen.parties import queries as parties
from yimen.parties.models import Party
from yimen.parties.queries import MandateOver, Standing
from yimen.rules import wording
from yimen.rules.logic import AMOUNT, Judgement, Verdict
from yimen.rules.queries import IN_EFFECT

INSTANT = "instant"
"""The route on which an approval needs no person; a model without a route decision has only this one."""
FILED = (
    "number",
    "query_code",
    "item_version",
    "status",
    "answers",
    "handler",
    "organisation",
    "submitted_at",
    "concluded_at",
)
"""The columns of a case that its submission changes."""


DRAWN = "nextval('cases_number'), nextval(pg_get_serial_sequence('cases_decision', 'id'))"
LOCK = f"SELECT status, ({IN_EFFECT}), {DRAWN} FROM cases_case WHERE id = %s FOR UPDATE"  # noqa: S608 - our own text
"""Lock the draft, look which rules are in effect, draw the numbers."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What was judged, by what, on what, for whom; `clock` is when the applicant clicked, by time.perf_counter."""

    case: Case
    on: Ground
    judgement: Judgement
    inputs: Resolver
    by: Standing
    at: datetime
    clock: float

    @property
    def is_instant(self) -> bool:
        """Tell whether the rules approve and no person is needed.

        What could not be reckoned, as while a department is silent, an officer says: nothing is granted without its
        amount, for nobody would ever be paid it.
        """
        is_reckoned = self.judgement.amount is not None or AMOUNT not in self.on.model.decisions
        approves = self.judgement.verdict is Verdict.APPROVE
        return approves and is_reckoned and (self.judgement.route or INSTANT) == INSTANT


@dataclass(frozen=True, slots=True)
class Numbers:
    """What the database gave out for this filing: the case's running number and the decision's key."""

    case: int
    decision: int


@dataclass(frozen=True, slots=True)
class Filing:
    """Every row of a filing, complete and not yet written."""

    case: Case
    facts: tuple[CaseFact, ...]
    decision: Decision
    licence: Licence | None
    entries: tuple[Entry, ...]
    later: tuple[Outbox, ...]


def record(judged: Judged) -> bool:
    """Write the filing down; False where draft or rules are no longer those that were judged.

    Raises:
        MandateOver: who acts for another may no longer do so.
        CannotIssue, AlreadyIssued: there can be no licence; nothing was written.
    """
    if judged.is_instant and judged.on.item.definition.result.registers:
        return by_orm(judged)
    return by_pipeline(judged)


def by_pipeline(judged: Judged) -> bool:
    """Write it in two round trips: lock, look and draw the numbers; then every row, and commit."""
    case, day = judged.case, logic.day_of(judged.at)
    _refuse_ended_mandate(judged)
    licence = _licence(judged, holder=case.applicant)  # signed before: nothing but statements in the transaction
    with pipeline.transaction() as line:
        found = line.ask(LOCK, [case.item_slug, day, day, case.pk]).row()
        if found is None or found[:2] != (Case.Status.DRAFT, judged.on.rule.pk):
            return False
        filing = built(judged, numbers=_numbers(found[2:]), licence=licence)
        line.update(filing.case, FILED)
        line.ask("DELETE FROM cases_casefact WHERE case_id = %s", [case.pk])
        licences_made = [filing.licence] if filing.licence else []
        line.insert([*filing.facts, *licences_made, filing.decision, *filing.entries, *filing.later])
    return True


def by_orm(judged: Judged) -> bool:
    """Write the same rows one by one."""
    case = judged.case
    _refuse_ended_mandate(judged)
    with transaction.atomic():
        locked = queries.mine(judged.by, case.pk, lock=True)
        with connection.cursor() as cursor:
            cursor.execute(IN_EFFECT, [case.item_slug, logic.day_of(judged.at), logic.day_of(judged.at)])
            rule = cursor.fetchone()
            cursor.execute(f"SELECT {DRAWN}")
            numbers = _numbers(cursor.fetchone())
        if locked.status != Case.Status.DRAFT or rule != (judged.on.rule.pk,):
            return False
        holder: Party = case.applicant
        if judged.is_instant and judged.on.item.definition.result.registers:
            holder = case.organisation = founding.found(case, judged.inputs.readings, at=judged.at)
        filing = built(judged, numbers=numbers, licence=_licence(judged, holder=holder))
        filing.case.save(update_fields=FILED)
        filing.case.facts.all().delete()
        CaseFact.objects.bulk_create(filing.facts)
        if filing.licence is not None:
            filing.licence.save(force_insert=True)
        filing.decision.save(force_insert=True)
        for row in (*filing.entries, *filing.later):
            row.save(force_insert=True)
    return True


def _numbers(row: tuple[object, ...] | None) -> Numbers:
    assert row is not None
    case, decision = row
    assert isinstance(case, int)
    assert isinstance(decision, int)
    return Numbers(case, decision)


def _refuse_ended_mandate(judged: Judged) -> None:
    if not parties.still_stands(judged.by, judged.case.item_slug, on=logic.day_of(judged.at)):
        raise MandateOver("已填写的内容都还在。请联系委托人重新授权，再继续办理。")


def _licence(judged: Judged, *, holder: Party) -> Licence | None:
    """Return the licence of an approval at once, signed; None where the case is not approved, or gives no licence."""
    if not (judged.is_instant and judged.on.item.definition.result.licence_type):
        return None
    face = granting.face(judged.on, judged.inputs.readings, amount=judged.judgement.amount)
    return granting.licence(judged.case, judged.on, face, holder=holder, at=judged.at)


def built(judged: Judged, *, numbers: Numbers, licence: Licence | None) -> Filing:
    """Return every row of the filing. An officer has the case unless the rules conclude it."""
    case, on, judgement, at = judged.case, judged.on, judged.judgement, judged.at
    system, readings = judged.inputs.actor, judged.inputs.readings
    purpose, day = reading.purpose_of(case, on.item), logic.day_of(at)
    case.number = logic.case_number(on.item.definition.implementation_code, on=day, sequence=numbers.case)
    case.query_code = logic.query_code()
    case.item_version_id = on.item.version_id
    case.handler = judged.by.person
    case.submitted_at = at
    case.status = _status(judged)
    case.concluded_at = None if case.status == Case.Status.REVIEW else at
    subject = case.applicant_id
    entries = [ledger.act(actor=judged.by.actor, action="case.submitted", subject=subject, purpose=purpose, at=at)]
    if licence is not None:
        entries.append(licences.issued(licence, by=system, at=at, purpose=purpose))
    decision = Decision(
        pk=numbers.decision,
        case=case,
        made_by=Decision.Maker.RULES,
        verdict=judgement.verdict.value,
        rule_version=on.rule,
        conditions=logic.plain_conditions(judgement.conditions),
        failing=list(judgement.failing),
        missing=list(judgement.missing),
        route=judgement.route or "",
        amount_yuan=judgement.amount,
        near_miss=wording.near(on.model, judgement, judged.inputs.at_hand(), on.definitions),
        trace=dict(judgement.trace),
        reason=logic.reason_of(judgement),
        actor_id=system.id,
        actor_label=system.label,
        decided_at=at,
        elapsed_ms=Decimal(round((time.perf_counter() - judged.clock) * 1000, 3)).quantize(Decimal("0.001")),
    )
    details = {"decision": decision.pk, "verdict": decision.verdict}
    entries.append(
        ledger.act(actor=system, action="case.decided", subject=subject, purpose=purpose, at=at, details=details)
    )
    later = following.told(case, on.item.definition)
    if case.concluded_at is not None:
        later = (*later, jobs.written("cases.reckon_figures", slug=case.item_slug))
    return Filing(case, tuple(reading.rows(case, readings.values())), decision, licence, tuple(entries), later)


def _status(judged: Judged) -> Case.Status:
    if judged.is_instant:
        return Case.Status.APPROVED
    return Case.Status.REFUSED if judged.judgement.verdict is Verdict.REJECT else Case.Status.REVIEW
