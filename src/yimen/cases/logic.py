"""Pure functions over a case's values: its numbers, what is still to be asked, what an answer must be."""

import secrets
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone
from stdnum.iso7064 import mod_37_36

from yimen.core.errors import Invalid
from yimen.facts.logic import APPLICANT, FactDefinition, FactType, InvalidFact, convert
from yimen.facts.resolver import Reading, State
from yimen.items.logic import ItemDefinition, Option, Question
from yimen.rules.logic import Condition, Judgement, Verdict

CODE_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Letters and digits nobody confuses when reading aloud: no 0, 1, I or O."""

ANSWER_LENGTH = 200
"""The most characters one answer may have."""


class InvalidAnswers(Invalid):
    """Some answers are missing or cannot be what they should be; `fields["answers"]` has a sentence for each fact."""

    code = "cases.invalid-answers"
    title = "有几项内容需要补充或改正。"

    def __init__(self, answers: Mapping[str, str]) -> None:
        """Keep one sentence for each fact concerned."""
        super().__init__(" ".join(answers.values()), answers=dict(answers))
        self.answers = answers


@dataclass(frozen=True, slots=True)
class Asked:
    """One thing to ask the applicant now (待填事项).

    `is_declared` tells that the department's own word counts and the answer will only be checked by an officer.
    `answer` is what was answered so far, as text, or what a department filled in beforehand (then `filled_by` is its
    name, and the applicant may change it); None when there is neither.
    """

    fact: str
    ask: str
    hint: str
    type: str
    options: tuple[Option, ...]
    is_declared: bool
    answer: str | None
    filled_by: str = ""


def case_number(implementation_code: str, *, on: date, sequence: int) -> str:
    """Return the case number (办件编号): implementation code (31), date (8), sequence (6), 45 characters."""
    return f"{implementation_code}{on:%Y%m%d}{sequence % 1_000_000:06d}"


def query_code() -> str:
    """Return a new code a citizen can type: eleven random characters and a check character (ISO 7064 MOD 37,36)."""
    body = "".join(secrets.choice(CODE_LETTERS) for _ in range(11))
    return body + str(mod_37_36.calc_check_digit(body))


YES_NO = (Option("true", "是"), Option("false", "否"))


def still_to_ask(
    item: ItemDefinition,
    judgement: Judgement,
    *,
    decides: Collection[str],
    readings: Mapping[str, Reading],
    definitions: Mapping[str, FactDefinition],
    answers: Mapping[str, object],
    waiting: Collection[str] = (),
) -> tuple[Asked, ...]:
    """Return what to ask the applicant, in the item's order, then what a silent department leaves open.

    A question is asked only while its fact can change the outcome; a question outside the rules of eligibility (where
    to settle, say), or one a department filled in beforehand, only while the outcome is not a refusal. `decides` are
    the facts eligibility can reach. Once answered, a question stays so that the answer can be changed. `waiting` are
    those a department may yet fill in, once something else is answered: they are not asked before.
    """
    matters = set(judgement.missing)
    is_open = judgement.verdict is not Verdict.REJECT
    filled = {name for name, one in readings.items() if definitions[name].authority == APPLICANT and one.dataset}
    questions = [
        _ask(question, definitions[question.fact], answers, readings.get(question.fact))
        for question in item.questions
        if question.fact in answers
        or (question.fact in matters and question.fact not in waiting)
        or (is_open and question.fact not in waiting and (question.fact not in decides or question.fact in filled))
    ]
    declared = [
        _declare(definitions[name], answers)
        for name, reading in readings.items()
        if definitions[name].authority != APPLICANT
        and definitions[name].type is not FactType.RECORDS  # a roster of other people is not typed in
        and not reading.is_known
        and reading.state is not State.CONTRADICTED  # what departments dispute is not for the applicant to settle
        and name not in waiting
        and (name in matters or name in answers)
    ]
    return (*questions, *declared)


def _ask(
    question: Question, definition: FactDefinition, answers: Mapping[str, object], reading: Reading | None
) -> Asked:
    filled = reading if reading and reading.is_known and reading.dataset and question.fact not in answers else None
    return Asked(
        fact=question.fact,
        ask=question.ask,
        hint=question.hint,
        type=definition.type.value,
        options=question.options or options_of(definition),
        is_declared=False,
        answer=as_text(filled.value) if filled else _answer(question.fact, answers),
        filled_by=filled.agency if filled else "",
    )


def _declare(definition: FactDefinition, answers: Mapping[str, object]) -> Asked:
    return Asked(
        fact=definition.name,
        ask=f"您可以先填写“{definition.title}”",
        hint="部门系统暂时没有给出这项数据。您填写的内容由工作人员核实后才作数；不填也可以提交。",
        type=definition.type.value,
        options=options_of(definition),
        is_declared=True,
        answer=_answer(definition.name, answers),
    )


def options_of(definition: FactDefinition) -> tuple[Option, ...]:
    """Return what can be chosen as this fact's value where a question names no options of its own."""
    if definition.type.value == "boolean":
        return YES_NO
    return tuple(Option(value, label) for value, label in definition.values.items())


def _answer(fact: str, answers: Mapping[str, object]) -> str | None:
    return str(answers[fact]) if fact in answers else None


NONE_OF_THEM = ","
"""How a form holds an empty list: an answer, and not one left out."""


def as_text(value: object) -> str:
    """Return a fact's value as a form holds it."""
    if isinstance(value, list):
        return ",".join(map(str, value)) or NONE_OF_THEM
    return str(value).lower() if isinstance(value, bool) else str(value)


def check_answers(
    raw: Mapping[str, str], *, definitions: Mapping[str, FactDefinition], item: ItemDefinition
) -> dict[str, object]:
    """Return the answers as they are kept: stripped text, without those left empty.

    Raises:
        InvalidAnswers: an answer cannot be its fact, is none of its choices, or names a fact this item does not use.
    """
    kept: dict[str, object] = {}
    wrong: dict[str, str] = {}
    choices = {question.fact: {option.value for option in question.options} for question in item.questions}
    for name, text in raw.items():
        answer = text.strip()
        if not answer:
            continue
        if name not in definitions:
            wrong[name] = f"这个事项用不到“{name[:60]}”，请不要提交。"
        elif choices.get(name) and answer not in choices[name]:
            wrong[name] = f"“{definitions[name].title}”请从给出的选项中选择。"
        elif len(answer) > ANSWER_LENGTH:
            wrong[name] = f"“{definitions[name].title}”太长了，请控制在 {ANSWER_LENGTH} 字以内。"
        else:
            try:
                convert(definitions[name], answer)
            except InvalidFact as error:
                wrong[name] = error.detail
            else:
                kept[name] = answer
    if wrong:
        raise InvalidAnswers(wrong)
    return kept


def still_valid(
    answers: Mapping[str, object], *, definitions: Mapping[str, FactDefinition], item: ItemDefinition
) -> dict[str, object]:
    """Return those answers of a draft that still can be what they answer; item and dictionary may have changed."""
    try:
        return check_answers({name: str(one) for name, one in answers.items()}, definitions=definitions, item=item)
    except InvalidAnswers as error:
        return {name: one for name, one in answers.items() if name not in error.answers}


def unanswered(asked: Iterable[Asked]) -> dict[str, str]:
    """Return a sentence for each question that must be answered before submitting and was not."""
    return {one.fact: f"请回答：{one.ask}" for one in asked if one.answer is None and not one.is_declared}


def is_fresh(reading_at: datetime, *, at: datetime, limit_s: float) -> bool:
    """Tell whether a reading is recent enough to be shown again without asking the department anew."""
    return 0 <= (at - reading_at).total_seconds() <= limit_s


def may_stand(reading: Reading) -> bool:
    """Tell whether a reading is the department's own word, worth keeping while a draft is open."""
    return reading.state in {State.KNOWN, State.ABSENT} and bool(reading.dataset)


def day_of(at: datetime) -> date:
    """Return the local day of this instant: the day a rule or an item must be in effect on."""
    return timezone.localdate(at)


def years_before(day: date, years: int) -> date:
    """Return the day so many years before; from 29 February the 28th, so that nobody is a day too young."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


def plain_conditions(conditions: Iterable[Condition]) -> list[dict[str, object]]:
    """Return the conditions as plain JSON, to stay with the decision as they stood."""
    return [
        {
            "id": one.id,
            "text": one.text,
            "clauses": list(one.clauses),
            "state": one.state.value,
            "facts": list(one.facts),
        }
        for one in conditions
    ]


def reason_of(judgement: Judgement) -> str:
    """Return why the rules decided so, in plain Chinese; a refusal names each failing condition with its clause."""
    match judgement.verdict:
        case Verdict.APPROVE if judgement.route in {None, "instant"}:
            return "各项条件均已核验符合，系统自动批准。"
        case Verdict.APPROVE:
            return "各项条件均已核验符合；您选择的办理方式还有材料需要工作人员核对。"
        case Verdict.REJECT:
            failed = [one for one in judgement.conditions if one.id in judgement.failing]
            return "".join(f"不符合“{one.text}”（依据：{'；'.join(one.clauses) or '办事指南'}）。" for one in failed)
        case Verdict.UNDETERMINED:
            return "有数据暂时无法核验，已转工作人员处理。"
