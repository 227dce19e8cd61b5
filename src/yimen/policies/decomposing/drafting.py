"""From what was confirmed to a draft of the policy: its definition, and the rules of its measures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from yimen.facts.logic import APPLICANT, FactDefinition
from yimen.items.logic import ALWAYS, Material, Question
from yimen.policies.decomposing.head import Head
from yimen.policies.decomposing.kept import KeptMeasure
from yimen.policies.decomposing.rule_model import RuleCondition, RuleDraft, rule_model
from yimen.policies.logic import (
    Condition,
    Contact,
    Level,
    MeasureDefinition,
    Mode,
    PolicyDefinition,
    Window,
    name_of,
)

PERSONAL = {"person", "hire", "intern", "loan", "spouse", "child"}
_DAYS = {Mode.NO_APPLICATION: 15, Mode.EXPRESS: 5, Mode.ORDINARY: 20, Mode.SELF_DECLARED: 0}
"""Working days proposed for a decision, where the text promises none; a person changes them in the draft."""


@dataclass(frozen=True, slots=True)
class Choices:
    """What a person adds that no text says: the slug, the topic, whom it is for in a few words."""

    slug: str
    topic: str
    applies_to: str


def level_of(agencies: Sequence[str], number: str) -> Level:
    """Return whose policy it is, by the names of who issued it (政策级别)."""
    said = " ".join(agencies)
    if any(word in said for word in ("区人民政府", "县人民政府", "区人力", "区工业", "区科技", "新区", "街道")):
        return Level.DISTRICT
    if "市" in said.replace("市场", ""):
        return Level.CITY
    if "省" in said or number.startswith("粤"):
        return Level.PROVINCE
    return Level.NATIONAL


def draft_of(
    head: Head,
    measures: Sequence[KeptMeasure],
    choices: Choices,
    dictionary: Mapping[str, FactDefinition],
    *,
    agency: str,
    agencies: Mapping[str, str],
    document: str,
    on: date,
) -> tuple[PolicyDefinition, dict[str, str]]:
    """Return the policy and the rules of its measures by id, numbered anew in the order given.

    `agencies` maps names to credit codes; a measure whose office is not among them is handled by `agency`. Where the
    text does not say from when it is in force, that is the day it was issued, else `on`.

    Raises:
        RuleRefused: the conditions of a measure make no rule.
    """
    drafted, rules = [], {}
    for number, kept in enumerate(measures, 1):
        one = f"m{number}"
        definition = _measure(one, kept, dictionary, handled_by=_office(kept.handled_by, agencies) or agency)
        drafted.append(definition)
        rules[one] = rule_model(rules_of(name_of(choices.slug, one), kept), dictionary)
    until = head.effective_until
    policy = PolicyDefinition(
        slug=choices.slug,
        title=head.title,
        document_number=head.number,
        issuing_agencies=head.agencies,
        agency=agency,
        issued_on=head.issued_on,
        effective_from=head.effective_from or head.issued_on or on,
        effective_until=until + timedelta(days=1) if until else None,
        level=level_of(head.agencies or (head.title,), head.number),
        topic=choices.topic,
        applies_to=choices.applies_to,
        summary="；".join(f"{one.name}：{one.amount}" for one in measures)[:1000],
        measures=tuple(drafted),
        source="由原文拆解，逐项经人确认。",
        document=document,
    )
    return policy, rules


def rules_of(slug: str, kept: KeptMeasure) -> RuleDraft:
    """Return what the rule model of a kept measure is made from."""
    conditions = tuple(RuleCondition(one.id, one.text, one.clause, one.feel, one.near) for one in kept.conditions)
    return RuleDraft(slug, kept.name, conditions, kept.amount_feel, kept.changeable)


def _measure(
    number: str, kept: KeptMeasure, dictionary: Mapping[str, FactDefinition], *, handled_by: str
) -> MeasureDefinition:
    asked = [one for one in kept.facts if one in dictionary and dictionary[one].authority == APPLICANT]
    until = kept.window_until
    return MeasureDefinition(
        id=number,
        name=kept.name,
        kind=kept.kind,
        amount=kept.amount,
        handled_by=handled_by,
        mode=kept.mode,
        conditions=tuple(Condition(one.id, one.text, one.clause, one.leads_to) for one in kept.conditions),
        cap=kept.cap,
        subjects=("person", "org") if PERSONAL & set(kept.subjects) else ("org",),
        questions=tuple(Question(one, f"请填写：{dictionary[one].title}") for one in asked),
        materials=tuple(
            Material(one.name, "免提交" if one.exempt else "电子件", ALWAYS, "部门数据核验" if one.exempt else "")
            for one in kept.materials
        ),
        window=Window(
            kept.window or "以政策有效期为准", kept.window_from, until + timedelta(days=1) if until else None
        ),
        contact=Contact(kept.contact_name, kept.contact_phone),
        repeatable=kept.repeatable,
        promised_days=_DAYS[kept.mode],
    )


def _office(name: str, agencies: Mapping[str, str]) -> str:
    """Return the code of the agency a text names, by its full or its short name; empty where none is meant."""
    found = [code for known, code in agencies.items() if known and (known in name or name in known)] if name else []
    return found[0] if len(set(found)) == 1 else ""
