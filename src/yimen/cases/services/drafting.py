"""Start an application and prepare it: show what is known, ask only what still matters (秒报)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from yimen import dmn
from yimen.cases import logic, queries
from yimen.cases.logic import Asked
from yimen.cases.models import Case
from yimen.cases.services import reading, sharing
from yimen.core.errors import Conflict
from yimen.core.locks import exclusive
from yimen.facts.logic import APPLICANT, FactDefinition
from yimen.facts.resolver import Reading, Resolver, Shared
from yimen.items import queries as items
from yimen.items.queries import Offered
from yimen.parties import queries as parties
from yimen.parties.logic import covers
from yimen.parties.models import Party
from yimen.parties.queries import Standing
from yimen.rules.logic import Judgement, Verdict, judge


class AlreadyGranted(Conflict):
    """The person has been granted this item already."""

    code = "cases.already-granted"
    title = "您已经办成了这件事，不需要再办一次。"


class Elsewhere(Conflict):
    """The same item is under way through another program, or on our own pages."""

    code = "cases.elsewhere"
    title = "这件事已经在别处办理。"


class NotADraft(Conflict):
    """The case has been submitted; its answers are fixed."""

    code = "cases.not-a-draft"
    title = "这个办件已经提交，不能再修改。"


@dataclass(frozen=True, slots=True)
class Preparation:
    """A draft as the applicant sees it: what is known and whence, how each condition stands, what is still asked."""

    case_id: UUID
    item: Offered
    model: dmn.Model
    definitions: Mapping[str, FactDefinition]
    readings: Mapping[str, Reading]
    judgement: Judgement
    asked: tuple[Asked, ...]


class WrongStanding(Conflict):
    """Whom one acts for does not fit: a person where an organisation applies or the reverse, or no mandate for it."""

    code = "cases.wrong-standing"
    title = "请换一个办事身份再办理这件事。"


class OrganisationMissing(Conflict):
    """The item concerns an organisation of the applicant's, and none, or none of several, was named."""

    code = "cases.organisation-missing"
    title = "请选择为哪一家单位办理。"


def start(slug: str, *, by: Standing, at: datetime, organisation: str = "") -> Case:
    """Return the open case of this item of the party somebody acts for, starting one if there is none.

    `organisation` is the credit code of the organisation concerned, where the item is about a person and one of the
    organisations they represent; not needed where they represent one only, or act for it.

    Raises:
        NoSuchItem: the item is not offered today.
        WrongStanding, OrganisationMissing: whom one acts for does not fit the item.
        AlreadyGranted: the party was granted it before, and it is granted once.
        OrganisationServed: another of the organisation's people has it, or an officer has their case.
    """
    on = logic.day_of(at)
    item = items.offered(slug, on=on)
    applicant, concerned = _concerned(item, by, organisation, on=on)
    sharing.refuse_served(item.definition, concerned, applicant=applicant)
    once = not item.definition.repeatable
    case = queries.current(applicant, slug, with_granted=once)
    if case is None:
        begun = _begun(item, applicant, concerned, by=by, at=at)
        if begun is not None:
            return begun
        case = queries.current(applicant, slug, with_granted=once)
        assert case is not None
    if by.client and case.client != by.client:
        raise Elsewhere("请在开始办理的地方继续，或先在那里办完。", item=slug)
    if case.status == Case.Status.APPROVED:
        raise AlreadyGranted("请到“我的证照”查看办理结果。", case=str(case.pk))
    return case


def _begun(item: Offered, applicant: Party, concerned: Party | None, *, by: Standing, at: datetime) -> Case | None:
    """Return a new draft; None where another was let in first, which is then the one to show."""
    slug = item.definition.slug
    try:
        with transaction.atomic():
            case = Case.objects.create(
                applicant=applicant,
                handler=by.person,
                organisation=concerned,
                item_version_id=item.version_id,
                item_slug=slug,
                agency_code=item.definition.agency,
                client=by.client,
                started_at=at,
            )
            # The other may be granted by now, and then the database no longer sees two that are open.
            if not item.definition.repeatable and queries.is_granted(applicant, slug):
                transaction.set_rollback(True)
                return None
            return case
    except IntegrityError:  # two clicks at once: the database let one of them in
        return None


def _concerned(item: Offered, by: Standing, code: str, *, on: date) -> tuple[Party, Party | None]:
    """Return who applies and which organisation it is about."""
    if not covers(by.items, item.definition.slug):
        raise WrongStanding("您的授权里没有这个事项。请联系委托人重新授权。", item=item.definition.slug)
    acts_for_organisation = not by.principal.is_person
    match item.definition.subjects:
        case ("org",):
            if not acts_for_organisation:
                raise WrongStanding("这件事由单位办理。请在“我的”里切换到您代表的单位。", item=item.definition.slug)
            return by.principal, by.principal
        case ("person", "org"):
            return by.person if acts_for_organisation else by.principal, _organisation(by, code, on=on)
        case _:
            if acts_for_organisation:
                raise WrongStanding("这件事由个人办理。请在“我的”里切换到您本人。", item=item.definition.slug)
            return by.principal, None


def _organisation(by: Standing, code: str, *, on: date) -> Party:
    if not by.principal.is_person:
        return by.principal
    represented = parties.represented_by(by.person, on=on)
    chosen = [one for one in represented if one.credit_code == code] if code else represented
    if len(chosen) == 1:
        return chosen[0]
    if not represented:
        raise OrganisationMissing("没有查到您担任法定代表人（经营者）的单位，办好营业执照后再来。")
    raise OrganisationMissing(
        "您名下有几家单位。", organisations=[{"code": one.credit_code, "name": one.name} for one in represented]
    )


def prepare(case_id: UUID, *, by: Standing, at: datetime, shared: Shared | None = None) -> Preparation:
    """Read what the departments know for this draft, as far as its rules ask for it, and say what is still open.

    What a department said in the last minutes is shown again without asking it anew; a silent one is asked again.
    `shared` is what departments just answered for other drafts prepared together with this one.

    Raises:
        CaseNotFound: not theirs. NotADraft: it is submitted.
    """
    with exclusive("case", case_id):
        case = _draft(by, case_id)
        on = reading.ground(case, at=at)
        case.answers = logic.still_valid(case.answers, definitions=on.definitions, item=on.item.definition)
        known = reading.fresh(reading.kept(case, on.definitions), at=at)
        inputs = reading.resolver(case, on, at=at, answers=case.answers, known=known, shared=shared)
        judgement = judge(on.model, inputs)
        prefill(on, judgement, inputs)
        with transaction.atomic():
            _draft(by, case_id, lock=True)  # submitted meanwhile, its facts are fixed
            reading.keep(case, inputs.readings.values())
    return Preparation(
        case_id=case.pk,
        item=on.item,
        model=on.model,
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
            waiting=inputs.waiting(),
        ),
    )


def prefill(on: reading.Ground, judgement: Judgement, inputs: Resolver) -> None:
    """Read what a department can fill in beforehand of the questions still to be asked."""
    if judgement.verdict is not Verdict.REJECT:
        for question in on.item.definition.questions:
            if on.definitions[question.fact].sources:
                inputs.get(question.fact)


def save_answers(case_id: UUID, raw: Mapping[str, str], *, by: Standing, at: datetime) -> Case:
    """Keep the applicant's answers with the draft; those sent empty are taken back, those not sent stay.

    Raises:
        CaseNotFound, NotADraft: as in `prepare`.
        InvalidAnswers: an answer cannot be what it should be; nothing is kept of this call.
    """
    with transaction.atomic():
        case = _draft(by, case_id, lock=True)
        on = reading.ground(case, at=at)
        case.answers = merged(case, raw, on)
        case.save(update_fields=["answers"])
    return case


def merged(case: Case, raw: Mapping[str, str], on: reading.Ground) -> dict[str, object]:
    """Return the draft's answers with these put over them.

    What comes back as a department filled it in is left with the department: it is no answer of the applicant's.

    Raises:
        InvalidAnswers: an answer cannot be what it should be.
    """
    checked = logic.check_answers(raw, definitions=on.definitions, item=on.item.definition)
    if any(on.definitions[name].authority == APPLICANT and on.definitions[name].sources for name in checked):
        filled = {
            name: logic.as_text(one.value) for name, one in reading.kept(case, on.definitions).items() if one.dataset
        }
        checked = {name: answer for name, answer in checked.items() if filled.get(name) != answer}
    untouched = {name: answer for name, answer in case.answers.items() if name not in raw}
    return {
        **logic.still_valid(untouched, definitions=on.definitions, item=on.item.definition),
        **checked,
    }


def _draft(by: Standing, case_id: UUID, *, lock: bool = False) -> Case:
    case = queries.mine(by, case_id, lock=lock)
    if case.status != Case.Status.DRAFT:
        raise NotADraft("可以在“我的办件”查看它的进度和结果。", case=str(case_id))
    return case
