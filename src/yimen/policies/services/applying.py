"""Apply once for several measures (补贴申报一次办): one form, each fact fetched and each question asked once."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from yimen.cases import logic as case_logic
from yimen.cases import queries as case_queries
from yimen.cases import services as cases
from yimen.cases.logic import Asked, InvalidAnswers, day_of
from yimen.cases.models import Case
from yimen.cases.services import Preparation, reading
from yimen.core import jobs
from yimen.core.errors import Conflict, DomainError, Invalid
from yimen.core.locks import exclusive
from yimen.facts.logic import FactDefinition
from yimen.facts.resolver import Reading, Shared
from yimen.parties import queries as parties
from yimen.parties.queries import NoMandate, Standing
from yimen.policies import application_queries, queries
from yimen.policies.models import Application, ApplicationLine
from yimen.policies.queries import Measure
from yimen.policies.services import following, guarding, looking

logger = logging.getLogger(__name__)
MOST_MEASURES = 20


class NothingChosen(Invalid):
    """No measure was chosen, or more than can be applied for at once."""

    code = "policies.nothing-chosen"
    title = "请选择要申报的奖补项。"


class UnderWay(Conflict):
    """A chosen measure was granted before, or is with an officer."""

    code = "policies.under-way"
    title = "所选的奖补项中有已经在办或已经享受的。"


class ApplicationFiled(Conflict):
    """The application was submitted; its answers are fixed."""

    code = "policies.application-filed"
    title = "这张申报单已经提交，不能再修改。"


@dataclass(frozen=True, slots=True)
class PreparedLine:
    """One measure of an application; `draft` is None once its case is filed. `measure` None while not in force."""

    name: str
    title: str
    measure: Measure | None
    draft: Preparation | None


@dataclass(frozen=True, slots=True)
class Prepared:
    """An application to fill in: every fact once with whence it came, every question once (材料、数据合并)."""

    application_id: UUID
    lines: tuple[PreparedLine, ...]
    definitions: Mapping[str, FactDefinition]
    readings: Mapping[str, Reading]
    asked: tuple[Asked, ...]

    @property
    def drafts(self) -> tuple[Preparation, ...]:
        """Return what is still to be filed."""
        return tuple(one.draft for one in self.lines if one.draft is not None)


def start(names: Sequence[str], *, by: Standing, at: datetime) -> Application:
    """Return the party's application under way for these measures, beginning one where there is none.

    The one under way is changed to these measures; what was answered stays with each case, and what the party said of
    itself while it looked is carried in, so that nobody answers twice.

    Raises:
        NothingChosen: none, or too many. NoSuchPolicy, NoSuchMeasure: one is not in force.
        SelfDeclared, WindowClosed: one cannot be applied for now. UnderWay: one was granted or is with an officer.
        Excluded: two exclude one another, or one excludes what the party has; names which to keep.
        WrongStanding, OrganisationMissing: whom one acts for does not fit. ApplicationFiled: one is being filed.
    """
    on = day_of(at)
    chosen = [queries.measure(name, on=on) for name in dict.fromkeys(names)]
    if not chosen or len(chosen) > MOST_MEASURES:
        raise NothingChosen(f"请至少选一项，一次最多 {MOST_MEASURES} 项。", chosen=len(chosen))
    for one in chosen:
        guarding.must_be_open(one, on=on)
    guarding.must_agree(chosen)
    with exclusive("application", by.principal.pk):
        for one in chosen:
            guarding.must_not_hold(one, party=by.principal.pk, on=on)
        _refuse_under_way(chosen, by)
        begun = {one.name: cases.start(one.name, by=by, at=at) for one in chosen}
        with transaction.atomic():
            for one in chosen:
                _carry_in(begun[one.name], one, by=by, at=at)
            return _with_lines(begun, by=by, at=at)


def _carry_in(case: Case, measure: Measure, *, by: Standing, at: datetime) -> None:
    """Give a draft what its party has said of itself, where the draft says nothing yet; there it can be changed."""
    asked = {question.fact for question in measure.definition.questions} - case.answers.keys()
    known = {name: text for name, text in looking.answers_of(by).items() if name in asked and isinstance(text, str)}
    if not known or case.status != Case.Status.DRAFT:
        return
    try:
        cases.save_answers(case.pk, known, by=by, at=at)
    except InvalidAnswers:  # the dictionary has changed since it was said: the form asks anew
        logger.info("case %s: what its party said before does not fit any more", case.pk)


def _refuse_under_way(chosen: Sequence[Measure], by: Standing) -> None:
    names = [one.name for one in chosen if not one.definition.repeatable]
    there = case_queries.held(by.principal.pk, names)
    if there:
        listed = "、".join(f"“{one.definition.name}”" for one in chosen if one.name in there)
        raise UnderWay(f"{listed}已经提交或已经享受，请到“我的办件”查看；去掉后可以继续申报其他项。", held=there)


def _with_lines(begun: Mapping[str, Case], *, by: Standing, at: datetime) -> Application:
    application, _ = Application.objects.select_for_update().get_or_create(
        party=by.principal,
        status__in=[Application.Status.DRAFT, Application.Status.FILING],
        defaults={
            "status": Application.Status.DRAFT,
            "handler": by.person,
            "account": by.actor.id,
            "started_at": at,
        },
    )
    if application.status == Application.Status.FILING:
        raise ApplicationFiled("上一张申报单正在提交，请稍等片刻，完成后再申报其他项。")
    # A case belongs to one application: a draft taken up again moves over from where it could not be filed.
    ApplicationLine.objects.filter(case__in=[one.pk for one in begun.values()]).delete()
    application.lines.filter(case__status=Case.Status.DRAFT).exclude(measure__in=begun).delete()
    for name, case in begun.items():
        ApplicationLine.objects.update_or_create(
            application=application, measure=name, defaults={"case": case, "trouble": ""}
        )
    return application


def prepare(application_id: UUID, *, by: Standing, at: datetime) -> Prepared:
    """Read what departments know for all measures together, and say what is still to be asked.

    A fact that several measures stand on is fetched once; for each further measure its own grant is looked at and a
    row of its own tells that it was used there too (docs/decisions/0014).

    Raises:
        ApplicationNotFound: not theirs. ApplicationFiled: it was submitted.
    """
    application = _draft(by, application_id)
    shared, on = Shared(), day_of(at)
    known = {one.name: one for one in queries.measures(on=on)}
    lines = tuple(
        PreparedLine(
            line.measure,
            line.case.item_version.item.name,
            known.get(line.measure),
            cases.prepare(line.case_id, by=by, at=at, shared=shared) if line.case.status == Case.Status.DRAFT else None,
        )
        for line in application.lines.select_related("case__item_version__item")
    )
    drafts = [one.draft for one in lines if one.draft is not None]
    definitions: dict[str, FactDefinition] = {}
    readings: dict[str, Reading] = {}
    asked: dict[str, Asked] = {}
    for draft in drafts:
        definitions |= draft.definitions
        for name, one in draft.readings.items():
            if name not in readings or (one.is_known and not readings[name].is_known):
                readings[name] = one
        for question in draft.asked:
            if question.fact not in asked or (asked[question.fact].answer is None and question.answer is not None):
                asked[question.fact] = question
    return Prepared(application.pk, lines, definitions, readings, tuple(asked.values()))


def save_answers(application_id: UUID, raw: Mapping[str, str], *, by: Standing, at: datetime) -> None:
    """Give each case its part of the answers, all or none.

    Raises:
        ApplicationNotFound, ApplicationFiled: as in `prepare`.
        InvalidAnswers: an answer cannot be what it should be, or belongs to none of the measures.
    """
    application = _draft(by, application_id)
    wrong: dict[str, str] = {}
    used: set[str] = set()
    with transaction.atomic():
        for case in _cases_to_file(application):
            names = reading.ground(case, at=at).definitions.keys()
            used |= names
            try:
                part = {name: text for name, text in raw.items() if name in names}
                cases.save_answers(case.pk, part, by=by, at=at)
            except InvalidAnswers as error:
                wrong |= error.answers
        foreign = [name for name, text in raw.items() if name not in used and text.strip()]
        wrong |= {name: f"所选的奖补项用不到“{name[:60]}”，请不要提交。" for name in foreign}
        if wrong:
            raise InvalidAnswers(wrong)


def submit(application_id: UUID, raw: Mapping[str, str], *, by: Standing, at: datetime) -> Application:
    """File every case of the application and decide each on its own; a second click gives the same.

    Once all is answered the application is received: a job of the same transaction files whatever this process does
    not come to. What cannot be filed is told with its line and stays a draft; the others are filed all the same.

    Raises:
        ApplicationNotFound: not theirs. InvalidAnswers: something is missing or wrong; nothing is filed.
        MandateOver: who acts may no longer do so; what was filed stays filed, the rest stays a draft.
    """
    with exclusive("application", by.principal.pk):
        application = application_queries.application_of(by, application_id)
        if application.status == Application.Status.DRAFT:
            save_answers(application_id, raw, by=by, at=at)
            if missing := case_logic.unanswered(prepare(application_id, by=by, at=at).asked):
                raise InvalidAnswers(missing)
            with transaction.atomic():
                application = application_queries.application_of(by, application_id, lock=True)
                application.status, application.submitted_at = Application.Status.FILING, at
                application.account = by.actor.id
                application.save(update_fields=["status", "submitted_at", "account"])
                jobs.defer("policies.finish_application", application_id=str(application_id))
        return _filed(application, by=by, at=at)


def finish(application_id: UUID, *, at: datetime) -> Application | None:
    """File what is left of an application that was received (由作业补办); None where there is none.

    In the standing of whoever submitted it, looked at anew: where the mandate is over, the rest is a draft again.
    """
    application = Application.objects.select_related("party").filter(pk=application_id).first()
    if application is None:
        return None
    with exclusive("application", application.party_id):
        application.refresh_from_db()
        if application.status != Application.Status.FILING:
            return application
        try:
            by = parties.standing(parties.account_numbered(application.account), application.party_id, on=day_of(at))
            return _filed(application, by=by, at=at)
        except NoMandate:
            logger.info("application %s is a draft again: its mandate is over", application_id)
            return _drafted_again(application)


def _filed(application: Application, *, by: Standing, at: datetime) -> Application:
    """File one case after another; each is committed by itself, so that nothing is filed twice."""
    if application.status == Application.Status.FILED:
        return application
    shared = Shared()
    for line in application.lines.select_related("case"):
        if line.case.status == Case.Status.DRAFT:
            try:
                case = cases.submit(line.case_id, {}, by=by, at=at, shared=shared)
            except NoMandate:
                _drafted_again(application)
                raise
            except DomainError as error:
                _told(line, f"{error.title}{error.detail}")
                continue
            following.follow(case.pk, at=at)
        _told(line, "")
    application.status, application.filed_at = Application.Status.FILED, at
    application.save(update_fields=["status", "filed_at"])
    return application


def _told(line: ApplicationLine, trouble: str) -> None:
    if line.trouble != trouble:
        line.trouble = trouble[:300]
        line.save(update_fields=["trouble"])


def _drafted_again(application: Application) -> Application:
    application.status, application.submitted_at = Application.Status.DRAFT, None
    application.save(update_fields=["status", "submitted_at"])
    return application


def _draft(by: Standing, application_id: UUID) -> Application:
    application = application_queries.application_of(by, application_id)
    if application.status != Application.Status.DRAFT:
        raise ApplicationFiled("可以在申报单页面查看每一项的进度和结果。", application=str(application_id))
    return application


def _cases_to_file(application: Application) -> list[Case]:
    return [line.case for line in application.lines.select_related("case") if line.case.status == Case.Status.DRAFT]
