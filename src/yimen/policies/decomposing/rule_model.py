"""From conditions to a DMN model of the shape docs/reference/rule-models.md describes."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from yimen import dmn
from yimen.core.errors import Invalid
from yimen.facts.logic import FactDefinition, FactType
from yimen.policies.decomposing.expressions import facts_in
from yimen.policies.decomposing.phrasebook import BOOLEAN, DATE, LIST, NUMBER, Phrasebook, phrasebook

_NAMESPACE = "https://www.omg.org/spec/DMN/20230324/MODEL/"
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
        lines.append(f"  <itemDefinition name={quoteattr(subject.title())}>")
        lines += [_component(fact, dictionary.get(fact), book) for fact in facts]
        lines.append("  </itemDefinition>")
    lines.append("")
    lines += [
        f'  <inputData id="{one}" name="{one}"><variable name="{one}" typeRef="{one.title()}"/></inputData>'
        for one in subjects
    ]
    lines.append("")
    lines += [
        f"  <knowledgeSource id={quoteattr(f'k_{one.id}')} name={quoteattr(one.clause or one.text)}/>"
        for one in draft.conditions
    ]
    for one in draft.conditions:
        lines += _decision(one.id, one.text, "boolean", one.feel, source=f"k_{one.id}")
    ids = [one.id for one in draft.conditions]
    lines += _decision("eligible", f"符合{draft.name}的条件", "boolean", " and ".join(ids), needs=ids)
    if draft.amount:
        lines += _decision("amount", f"{draft.name}（元）", "number", draft.amount)
    for one in draft.conditions:
        if one.near:
            lines += _decision(f"near_{one.id}", f"{one.text}：还差多少", "string", one.near)
    if draft.changeable:
        listed = f"[{', '.join(f'{chr(34)}{one}{chr(34)}' for one in draft.changeable)}]"
        lines += _decision("changeable", "申请人自己能够改变的数据", "Any", listed)
    return "\n".join([*lines, "</definitions>", ""])


def _id(slug: str) -> str:
    return slug.replace("/", "-")


def _component(fact: str, definition: FactDefinition | None, book: Phrasebook) -> str:
    name = fact.partition(".")[2]
    kind = book.type_of(fact)
    if kind == LIST:
        return f'    <itemComponent name="{name}" isCollection="true"><typeRef>string</typeRef></itemComponent>'
    type_ = _TYPES.get(definition.type, "string") if definition else _KINDS.get(kind, "string")
    return f'    <itemComponent name="{name}"><typeRef>{type_}</typeRef></itemComponent>'


def _decision(name: str, text: str, type_: str, feel: str, *, source: str = "", needs: Sequence[str] = ()) -> list[str]:
    lines = ["", f'  <decision id="{name}" name="{name}">', f"    <description>{escape(text)}</description>"]
    lines.append(f'    <variable name="{name}" typeRef="{type_}"/>')
    lines += _requirements(sorted({fact.partition(".")[0] for fact in facts_in(feel)}), "requiredInput")
    lines += _requirements(needs, "requiredDecision")
    if source:
        lines.append(f'    <authorityRequirement><requiredAuthority href="#{source}"/></authorityRequirement>')
    lines.append(f"    <literalExpression><text>{escape(feel)}</text></literalExpression>")
    return [*lines, "  </decision>"]


def _requirements(names: Iterable[str], kind: str) -> list[str]:
    return [f'    <informationRequirement><{kind} href="#{one}"/></informationRequirement>' for one in names]
