"""From conditions to a DMN model of the shape docs/reference/rule-models.md describes."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from yimen import dmn
from yimen.core.errors import Invalid
from yimen.facts.logic import FactDefinition, FactType
from yimen.policies.decomposing.expressions import facts_in
from yimen.policies.decomposing.phrasebook import BOOLEAN, DATE, LIST, NUMBER, Phrasebook, phrasebook

_NAMESPACE = "https://www.omg.org/spec/DMN/20230324/MODEL/"
ROSTERS = ("hire", "intern")
"""Subjects of which there are several: lists of records, an entry a person (hire[2].category)."""
_TYPES = {FactType.BOOLEAN: "boolean", FactType.DATE: "date", FactType.NUMBER: "number"}
_KINDS = {NUMBER: "number", BOOLEAN: "boolean", DATE: "date"}


class RuleRefused(Invalid):
    """What the conditions say makes no model that decides."""

    code = "policies.rule-refused"
    title = "这些条件还不能成为规则。"


@dataclass(frozen=True, slots=True)
class RuleCondition:
    """A condition as the model holds it: id, wording, clause, FEEL, and a FEEL text of how far it was missed."""

    id: str
    text: str
    clause: str
    feel: str
    near: str = ""


@dataclass(frozen=True, slots=True)
class RuleDraft:
    """What one measure's model is made from. `amount` is FEEL in yuan, empty where there is none."""

    slug: str
    name: str
    conditions: tuple[RuleCondition, ...]
    amount: str = ""
    changeable: tuple[str, ...] = ()


def rule_model(draft: RuleDraft, dictionary: Mapping[str, FactDefinition], book: Phrasebook | None = None) -> str:
    """Return the model as XML, loaded and analysed before it is handed on.

    Types come from the dictionary, of a fact it does not have from the phrasebook.

    Raises:
        RuleRefused: a condition says nothing, or the model cannot be read, or the analysis finds errors in it.
    """
    if empty := [one.id for one in draft.conditions if not one.feel.strip()]:
        raise RuleRefused(
            f"条件 {'、'.join(empty)} 还没有写成规则。请为它指定数据项，或删去这项条件。", conditions=empty
        )
    if not draft.conditions:
        raise RuleRefused("一项条件也没有。没有条件的奖补谁都能领，请至少写明一项。")
    xml = _written(draft, dictionary, book or phrasebook())
    try:
        model = dmn.load(xml.encode())
    except dmn.EngineError as error:
        raise RuleRefused(f"规则读不通：{error}") from error
    if errors := dmn.analyse(model).errors:
        raise RuleRefused("规则有误：" + "".join(str(one) for one in errors))
    return xml


def _written(draft: RuleDraft, dictionary: Mapping[str, FactDefinition], book: Phrasebook) -> str:
    texts = [text for one in draft.conditions for text in (one.feel, one.near)] + [draft.amount]
    named = sorted({fact for text in texts for fact in facts_in(text)})
    subjects: dict[str, list[str]] = {}
    for fact in named:
        subjects.setdefault(fact.partition(".")[0], []).append(fact)
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f"<!-- {escape(draft.name).replace('--', '—')}：由拆解建议生成，每项条件都注明了原文。 -->",
        f"<definitions xmlns={quoteattr(_NAMESPACE)} id={quoteattr(_id(draft.slug))} name={quoteattr(draft.slug)}",
        f"             namespace={quoteattr(f'https://yimen.example/policies/{draft.slug}')}>",
        "",
    ]
    for subject, facts in subjects.items():
        many = ' isCollection="true"' if subject in ROSTERS else ""
        lines.append(f"  <itemDefinition name={quoteattr(subject.title())}{many}>")
        lines += [_component(fact, dictionary.get(fact), book) for fact in facts]
        lines.append("  </itemDefinition>")
    lines.append("")
    for subject in subjects:
        variable = f'<variable name="{subject}" typeRef="{subject.title()}"/>'
        lines.append(f'  <inputData id="{subject}" name="{subject}">{variable}</inputData>')
    lines.append("")
    for one in draft.conditions:
        source = quoteattr(one.clause or one.text)
        lines.append(f"  <knowledgeSource id={quoteattr(f'k_{one.id}')} name={source}/>")
    by_roster = {roster: _of_roster(roster, draft.conditions) for roster in ROSTERS if roster in subjects}
    for roster, conditions in by_roster.items():
        lines += _each(roster, conditions)
    for one in draft.conditions:
        lines += _condition(one, by_roster)
    ids = [one.id for one in draft.conditions]
    lines += _decision("eligible", f"符合{draft.name}的条件", "boolean", " and ".join(ids), needs=ids)
    if draft.amount:
        lines += _amount(draft, by_roster)
    for one in draft.conditions:
        if one.near and not any(one in conditions for conditions in by_roster.values()):
            lines += _decision(f"near_{one.id}", f"{one.text}：还差多少", "string", one.near)
    if draft.changeable:
        listed = f"[{', '.join(f'{chr(34)}{one}{chr(34)}' for one in draft.changeable)}]"
        lines += _decision("changeable", "申请人自己能够改变的数据", "Any", listed)
    return "\n".join([*lines, "</definitions>", ""])


def _of_roster(roster: str, conditions: Sequence[RuleCondition]) -> list[RuleCondition]:
    return [one for one in conditions if any(fact.startswith(f"{roster}.") for fact in facts_in(one.feel))]


def _each(roster: str, conditions: Sequence[RuleCondition]) -> list[str]:
    """Return the decision that looks at every entry: each condition, and whether all of them hold."""
    said = [f"{one.id}: {re.sub(rf'{chr(92)}b{roster}{chr(92)}.', 'one.', one.feel)}" for one in conditions]
    said.append(f"all: {' and '.join(one.id for one in conditions)}")
    return _decision(
        f"each_{roster}",
        "逐个看每项条件，all 是全部符合",
        "Any",
        f"for one in {roster} return {{{', '.join(said)}}}",
        inputs=sorted({roster, *(fact.partition(".")[0] for one in conditions for fact in facts_in(one.feel))}),
    )


def _condition(one: RuleCondition, by_roster: Mapping[str, Sequence[RuleCondition]]) -> list[str]:
    """Return the decision of a condition.

    One of a list is met where an entry meets it that meets those before it, as far as they are met by anybody: so a
    refusal names the condition at which the last entries drop out. Of a single entry every condition is told.
    """
    for roster, conditions in by_roster.items():
        if one in conditions:
            before = [other.id for other in conditions[: conditions.index(one)]]
            each = f"each_{roster}"
            among = "".join(f" and (one.{other} or not({other}))" for other in before)
            feel = f"if count({each}) = 1 then {each}[1].{one.id} else some one in {each} satisfies one.{one.id}{among}"
            return _decision(one.id, one.text, "boolean", feel, source=f"k_{one.id}", needs=[each, *before], inputs=())
    return _decision(one.id, one.text, "boolean", one.feel, source=f"k_{one.id}")


def _amount(draft: RuleDraft, by_roster: Mapping[str, Sequence[RuleCondition]]) -> list[str]:
    """Return the decision of the amount; `count(hire)` counts the entries that meet every condition."""
    feel, needs = draft.amount, []
    for roster, conditions in by_roster.items():
        if f"count({roster})" in feel and conditions:
            feel = feel.replace(f"count({roster})", f"count(each_{roster}[all])")
            needs.append(f"each_{roster}")
    return _decision("amount", f"{draft.name}（元）", "number", feel, needs=needs)


def _id(slug: str) -> str:
    return slug.replace("/", "-")


def _component(fact: str, definition: FactDefinition | None, book: Phrasebook) -> str:
    name = fact.partition(".")[2]
    kind = book.type_of(fact)
    if kind == LIST or (definition is not None and definition.type is FactType.LIST):
        return f'    <itemComponent name="{name}" isCollection="true"><typeRef>string</typeRef></itemComponent>'
    type_ = _TYPES.get(definition.type, "string") if definition else _KINDS.get(kind, "string")
    return f'    <itemComponent name="{name}"><typeRef>{type_}</typeRef></itemComponent>'


def _decision(
    name: str,
    text: str,
    type_: str,
    feel: str,
    *,
    source: str = "",
    needs: Sequence[str] = (),
    inputs: Sequence[str] | None = None,
) -> list[str]:
    """Return a decision; `inputs` are the subjects it looks at, told from its facts where none are given."""
    lines = ["", f'  <decision id="{name}" name="{name}">', f"    <description>{escape(text)}</description>"]
    lines.append(f'    <variable name="{name}" typeRef="{type_}"/>')
    looked_at = sorted({fact.partition(".")[0] for fact in facts_in(feel)}) if inputs is None else inputs
    lines += _requirements(looked_at, "requiredInput")
    lines += _requirements(needs, "requiredDecision")
    if source:
        lines.append(f'    <authorityRequirement><requiredAuthority href="#{source}"/></authorityRequirement>')
    lines.append(f"    <literalExpression><text>{escape(feel)}</text></literalExpression>")
    return [*lines, "  </decision>"]


def _requirements(names: Iterable[str], kind: str) -> list[str]:
    return [f'    <informationRequirement><{kind} href="#{one}"/></informationRequirement>' for one in names]
