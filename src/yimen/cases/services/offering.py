"""What is somebody's is offered without applying (无感申办): looked into one by one, offered once, taken by a tap."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from django.db import transaction

from yimen.cases import logic, queries
from yimen.cases.logic import InvalidAnswers
from yimen.cases.models import Case, Offer
from yimen.cases.services import reading
from yimen.cases.services.drafting import AlreadyGranted, start
from yimen.cases.services.submission import submit
from yimen.core.errors import Conflict
from yimen.core.locks import exclusive
from yimen.facts.logic import APPLICANT
from yimen.facts.resolver import Subjects
from yimen.items import queries as items
from yimen.ledger import services as ledger
from yimen.ledger.logic import Purpose
from yimen.parties import queries as parties
from yimen.parties.models import Party
from yimen.parties.queries import Standing
from yimen.rules import queries as rules
from yimen.rules.logic import Judgement, Verdict, judge

LOOK_AGAIN_DAYS = 30
"""After how many days somebody not entitled is looked at again; one whom a silent source left open, the next day."""


class OfferAnswered(Conflict):
    """It was declined, or accepted, before."""

    code = "cases.offer-answered"
    title = "这项服务已经答复过了。"


def candidates(slug: str, *, on: date) -> Iterator[Party]:
    """Yield whom to look into for this item on that day: of age, never offered it, not looked at lately.

    Raises:
        NoSuchItem, NoRule: the item or its rules are not in effect on that day.
    """
    age = items.offered(slug, on=on).definition.offer_min_age
    if age is None:
        return
    asleep = queries.offers_not_due(slug, on=on, rules_since=rules.in_effect(slug, on=on).effective_from)
    for person in parties.people_born(date(1850, 1, 1), logic.years_before(on, age)).iterator(chunk_size=2000):
        if person.pk not in asleep:
            yield person


def look_into(slug: str, person: Party, *, at: datetime) -> Offer | None:
    """Judge whether the item is this person's and offer it if so; return how it stands, None where they have applied.

    Departments are read as for a case, each read with its row in the ledger. Whoever was offered it before, whatever
    they answered, is not looked into again.

    Raises:
        NoSuchItem, NoRule: the item or its rules are not in effect today.
    """
    with exclusive("offer", slug, person.pk):
        known = Offer.objects.filter(applicant=person, item_slug=slug).first()
        if known is not None and known.status != Offer.Status.WATCHED:
            return known
        if queries.current(person, slug) is not None:
            return None
        on = reading.ground_on(slug, on=logic.day_of(at))
        purpose = Purpose(item=slug, title=f"{on.item.definition.name}（主动核对，不用申请）")
        inputs = reading.facts_of(Subjects(person, person), purpose, on, at=at, answers={})
        judgement = judge(on.model, inputs)
        entitled = _is_theirs(judgement, on)
        with transaction.atomic():
            offer, _ = Offer.objects.update_or_create(
                applicant=person,
                item_slug=slug,
                defaults={
                    "status": Offer.Status.OFFERED if entitled else Offer.Status.WATCHED,
                    "checked_on": logic.day_of(at),
                    "next_check_on": None if entitled else _next(judgement, at),
                    "amount_yuan": judgement.amount if entitled else None,
                    "offered_at": at if entitled else None,
                },
            )
            if entitled:
                details = {"offer": offer.pk}
                ledger.record_act(
                    actor=inputs.actor, action="offer.made", subject=person.pk, purpose=purpose, at=at, details=details
                )
    return offer


def _is_theirs(judgement: Judgement, on: reading.Ground) -> bool:
    """Tell whether it is theirs for the asking: every condition met, or only their own word missing."""
    if judgement.verdict is Verdict.APPROVE:
        return True
    own = {name for name, one in on.definitions.items() if one.authority == APPLICANT}
    return judgement.verdict is Verdict.UNDETERMINED and set(judgement.missing) <= own


def _next(judgement: Judgement, at: datetime) -> date:
    days = LOOK_AGAIN_DAYS if judgement.verdict is Verdict.REJECT else 1
    return logic.day_of(at) + timedelta(days=days)


def look_again(slug: str, *, on: date) -> int:
    """Have everybody who was not entitled looked into again, from that day; return how many they are."""
    watched = Offer.objects.filter(item_slug=slug, status=Offer.Status.WATCHED, next_check_on__gt=on)
    return watched.update(next_check_on=on)


def accept(offer_id: int, *, by: Standing, at: datetime) -> Case:
    """Take what is offered: a case is filed and decided at once. A second tap, or somebody else's, gives the same case.

    Where something only the applicant can say is missing the case stays a draft to be filled in, the offer open.

    Raises:
        OfferNotFound: not theirs. OfferAnswered: it was declined.
        WrongStanding, MandateOver, RuleChanged: as for any case.
    """
    with exclusive("offer-answer", offer_id):
        offer = queries.offer_of(by, offer_id)
        if offer.status == Offer.Status.DECLINED:
            raise OfferAnswered("您之前选择了不需要。以后想办，可以从首页搜索后申请。", offer=offer_id)
        if offer.case is not None:
            return offer.case
        try:
            case = start(offer.item_slug, by=by, at=at)
            case = submit(case.pk, {}, by=by, at=at)
        except AlreadyGranted:  # filed before, and killed before it was noted here
            granted = queries.current(offer.applicant, offer.item_slug)
            assert granted is not None
            case = granted
        except InvalidAnswers:
            return case
        offer.status, offer.case = Offer.Status.ACCEPTED, case
        offer.answered_at, offer.answered_by = at, by.person
        offer.save(update_fields=["status", "case", "answered_at", "answered_by"])
    return case


def decline(offer_id: int, *, by: Standing, at: datetime) -> Offer:
    """Say that it is not wanted; it is not offered again. A second time changes nothing.

    Raises:
        OfferNotFound: not theirs. OfferAnswered: it was accepted.
    """
    with exclusive("offer-answer", offer_id), transaction.atomic():
        offer = queries.offer_of(by, offer_id)
        if offer.status == Offer.Status.ACCEPTED:
            raise OfferAnswered("这项服务已经确认并办理，可以在“我的办件”查看。", offer=offer_id)
        if offer.status == Offer.Status.OFFERED:
            offer.status, offer.answered_at, offer.answered_by = Offer.Status.DECLINED, at, by.person
            offer.save(update_fields=["status", "answered_at", "answered_by"])
            purpose = Purpose(item=offer.item_slug, title=items.names([offer.item_slug]).get(offer.item_slug, ""))
            ledger.record_act(
                actor=by.actor, action="offer.declined", subject=offer.applicant_id, purpose=purpose, at=at
            )
    return offer
