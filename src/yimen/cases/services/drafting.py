"""Start an application and prepare it: show what is known, ask only what still matters (秒报)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from yimen.cases import logic, queries
from yimen.cases.logic import Asked
from yimen.cases.models import Case
from yimen.cases.services import reading
from yimen.core.errors import Conflict
from yimen.core.locks import exclusive
from yimen.facts.logic import FactDefinition
from yimen.facts.resolver import Reading
from yimen.items import queries as items
from yimen.items.queries import Offered
from yimen.parties.models import Person
from yimen.rules.logic import Judgement, judge


class AlreadyGranted(Conflict):
    """The person has been granted this item already."""

    code = "cases.already-granted"
    title = "您已经办成了这件事，不需要再办一次。"


class NotADraft(Conflict):
    """The case has been submitted; its answers are fixed."""

    code = "cases.not-a-draft"
    title = "这个办件已经提交，不能再修改。"


@dataclass(frozen=True, slots=True)
class Preparation:
    """A draft as the applicant sees it: what is known and whence, how each condition stands, what is still asked."""

    case_id: UUID
    item: Offered
    definitions: Mapping[str, FactDefinition]
    readings: Mapping[str, Reading]
    judgement: Judgement
    asked: tuple[Asked, ...]


def start(slug: str, *, applicant: Person, at: datetime) -> Case:
    """Return the person's open case of this item, starting one if there is none.

    Raises:
        NoSuchItem: the item is not offered today.
        AlreadyGranted: the person was granted it before.
    """
    item = items.offered(slug, on=logic.day_of(at))
    case = queries.current(applicant, slug)
    if case is None:
        try:
            with transaction.atomic():
                return Case.objects.create(
                    applicant=applicant,
                    item_version_id=item.version_id,
                    item_slug=slug,
                    agency_code=item.definition.agency,
                    started_at=at,
                )
        except IntegrityError:  # two clicks at once: the database let one of them in, and that is the one we show
            case = queries.current(applicant, slug)
            assert case is not None
    if case.status == Case.Status.APPROVED:
        raise AlreadyGranted("请到“我的证照”查看办理结果。", case=str(case.pk))
    return case


def prepare(case_id: UUID, *, applicant: Person, at: datetime) -> Preparation:
    """Read what the departments know for this draft, as far as its rules ask for it, and say what is still open.

    What a department said in the last minutes is shown again without asking it anew; a silent one is asked again.

    Raises:
        CaseNotFound: not this person's. NotADraft: it is submitted.
    """
    with exclusive("case", case_id):
        case = _draft(applicant, case_id)
        on = reading.ground(case, at=at)
        known = reading.fresh(reading.kept(case, on.definitions), at=at)
        inputs = reading.resolver(case, on, at=at, answers=case.answers, known=known)
        judgement = judge(on.model, inputs)
        with transaction.atomic():
            reading.keep(case, inputs.readings.values())
    return Preparation(
        case_id=case.pk,
        item=on.item,
        definitions=on.definitions,
        readings=inputs.readings,
        judgement=judgement,
        asked=logic.still_to_ask(
            on.item.definition,
            judgement,
            decides=on.decides,
            readings=inputs.readings,
            definitions=on.definitions,
            answers=case.answers,
        ),
    )


def save_answers(case_id: UUID, raw: Mapping[str, str], *, applicant: Person, at: datetime) -> Case:
    """Keep the applicant's answers with the draft; those sent empty are taken back, those not sent stay.

    Raises:
        CaseNotFound, NotADraft: as in `prepare`.
        InvalidAnswers: an answer cannot be what it should be; nothing is kept of this call.
    """
    with exclusive("case", case_id), transaction.atomic():
        case = _draft(applicant, case_id)
        on = reading.ground(case, at=at)
        case.answers = merged(case, raw, on)
        case.save(update_fields=["answers"])
    return case


def merged(case: Case, raw: Mapping[str, str], on: reading.Ground) -> dict[str, object]:
    """Return the draft's answers with these put over them.

    Raises:
        InvalidAnswers: an answer cannot be what it should be.
    """
    checked = logic.check_answers(raw, definitions=on.definitions, item=on.item.definition)
    untouched = {name: answer for name, answer in case.answers.items() if name not in raw}
    return {**untouched, **checked}


def _draft(applicant: Person, case_id: UUID) -> Case:
    case = queries.mine(applicant, case_id)
    if case.status != Case.Status.DRAFT:
        raise NotADraft("可以在“我的办件”查看它的进度和结果。", case=str(case_id))
    return case
