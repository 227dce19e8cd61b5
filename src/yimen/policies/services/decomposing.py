"""Taking policies apart: propose measures from a text, confirm, change or reject each, make a draft of what stays."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime

from django.db import transaction

from yimen.core.errors import Conflict, Invalid
from yimen.parties import queries as parties
from yimen.parties.queries import Desk
from yimen.policies import proposals
from yimen.policies.decomposing.drafting import Choices, draft_of, rules_of
from yimen.policies.decomposing.expressions import facts_in
from yimen.policies.decomposing.kept import KeptCondition, KeptMeasure, from_json, keep
from yimen.policies.decomposing.owning import unowned
from yimen.policies.decomposing.parse import decompose
from yimen.policies.decomposing.rule_model import RuleRefused, rule_model
from yimen.policies.logic import Kind, Mode
from yimen.policies.models import DecomposedText, MeasureProposal, PolicyVersion
from yimen.policies.services.publishing import draft

_LONGEST_NAME, _LONGEST_TEXT, _LONGEST_RULE = 200, 1000, 2000
State = MeasureProposal.State


class FactNotOwned(Invalid):
    """The rules of a measure ask for a fact nobody answers for."""

    code = "policies.fact-not-owned"
    title = "有数据项没有部门负责，不能确认。"


class ReasonForRejection(Invalid):
    """A proposal is rejected without saying why."""

    code = "policies.rejection-reason-missing"
    title = "请写明不采用的原因。"


class BadChange(Invalid):
    """What a proposal is to be changed to cannot be."""

    code = "policies.bad-change"
    title = "修改的内容有误。"


class NotReady(Conflict):
    """Something was not yet said of every proposal, or none is to stay."""

    code = "policies.proposals-not-ready"
    title = "还不能起草：请先逐条确认、修改或不采用。"


@dataclass(frozen=True, slots=True)
class ConditionChange:
    """A condition as a person leaves it: its words and what it asks, in FEEL."""

    text: str
    feel: str


@dataclass(frozen=True, slots=True)
class Change:
    """What a person makes of a proposal. Conditions by id; those left out are dropped, new ids are added."""

    name: str
    kind: str
    mode: str
    amount: str
    amount_feel: str
    conditions: Mapping[str, ConditionChange]


@transaction.atomic
def take_apart(text: str, *, document: str = "", by: Desk, at: datetime) -> DecomposedText:
    """Take a policy's text apart and keep what is proposed; the same text again gives what was proposed before.

    `document` names the collected document it is the text of, empty where it was pasted.

    Raises:
        NotForYou: the desk is no policy officer's. TextRefused: it is empty, too long, or not Chinese text.
    """
    proposals.must_be_officer(by)
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")
    found = decompose(text)
    digest = hashlib.sha256(text.encode()).hexdigest()
    row, is_new = DecomposedText.objects.get_or_create(
        agency_id=by.agency,
        digest=digest,
        defaults={
            "title": (found.head.title or "（没有标题）")[:300],
            "text": text,
            "document": document[:200],
            "head": json.loads(json.dumps(asdict(found.head), default=str)),
            "notes": list(found.notes),
            "taken_by": by.actor.id,
            "taken_label": by.actor.label,
            "taken_at": at,
        },
    )
    if is_new:
        kept = [keep(one).to_json() for one in found.measures]
        MeasureProposal.objects.bulk_create(
            MeasureProposal(text=row, measure=str(one["id"]), proposed=one, content=one) for one in kept
        )
    return row


@transaction.atomic
def confirm(proposal_id: int, *, by: Desk, at: datetime) -> MeasureProposal:
    """Confirm a proposal as it stands.

    Raises:
        NotForYou, NoSuchProposal: it is not theirs. FactNotOwned: its rules ask for a fact nobody owns. RuleRefused:
        its conditions make no rule, such as where nobody has said what one of them asks.
    """
    row = _locked(proposal_id, by)
    kept = from_json(row.content)
    _must_decide(kept)
    state = State.CONFIRMED if row.content == row.proposed else State.CHANGED
    return _decided(row, state, by=by, at=at)


@transaction.atomic
def change(proposal_id: int, to: Change, *, by: Desk, at: datetime) -> MeasureProposal:
    """Change a proposal and confirm it so; what was proposed stays to be compared with.

    Raises:
        NotForYou, NoSuchProposal, FactNotOwned, RuleRefused: as in `confirm`. BadChange: a field says what it cannot.
    """
    row = _locked(proposal_id, by)
    kept = _changed(from_json(row.content), to)
    _must_decide(kept)
    row.content = kept.to_json()
    return _decided(row, State.CHANGED, by=by, at=at)


@transaction.atomic
def reject(proposal_id: int, *, words: str, by: Desk, at: datetime) -> MeasureProposal:
    """Say that a proposal is no measure, and why.

    Raises:
        NotForYou, NoSuchProposal: it is not theirs. ReasonForRejection: nothing is said.
    """
    row = _locked(proposal_id, by)
    said = words.replace("\x00", "").strip()[:_LONGEST_TEXT]
    if not said:
        raise ReasonForRejection("写一句话，例如“这是举例，不是奖补项”。")
    return _decided(row, State.REJECTED, words=said, by=by, at=at)


@transaction.atomic
def make_draft(text_id: int, choices: Choices, *, by: Desk, at: datetime) -> PolicyVersion:
    """Make a draft of the policy from the proposals that stay, numbered in the order of the text.

    Raises:
        NotForYou, NoSuchText: it is not theirs. NotReady: something is still to be said. FactNotOwned, RuleRefused: as
        in `confirm`, where the dictionary changed since. BadChange: slug or topic are missing. NotADraft: as in
        `draft`.
    """
    row = proposals.text_row(text_id, by=by, lock=True)
    rows = list(row.proposals.order_by("pk"))
    stay = [from_json(one.content) for one in rows if one.state != State.REJECTED]
    waiting = sum(one.state == State.PROPOSED for one in rows)
    if waiting or not stay:
        raise NotReady(f"还有 {waiting} 条建议待确认。" if waiting else "没有一条建议被采用。", waiting=waiting)
    _must_be_named(choices)
    for one in stay:
        _must_be_owned(one)
    dictionary = proposals.known_facts({fact for one in stay for fact in one.facts})
    definition, rules = draft_of(
        proposals.head_of(row.head),
        stay,
        choices,
        dictionary,
        agency=by.agency,
        agencies={name: code for code, name in parties.agency_names().items()},
        document=row.document,
        on=at.date(),
    )
    version = draft(definition, rules, by=by, at=at)
    row.drafted_as = choices.slug
    row.save(update_fields=["drafted_as"])
    return version


def _locked(proposal_id: int, by: Desk) -> MeasureProposal:
    proposals.must_be_officer(by)
    row = (
        MeasureProposal.objects.select_for_update(of=("self",))
        .filter(pk=proposal_id, text__agency_id=by.agency)
        .first()
    )
    if row is None:
        raise proposals.NoSuchProposal("请从“政策拆解”页选择。", proposal=proposal_id)
    return row


def _decided(
    row: MeasureProposal, state: MeasureProposal.State, *, words: str = "", by: Desk, at: datetime
) -> MeasureProposal:
    row.state, row.words = state, words
    row.decided_by, row.decided_label, row.decided_at = by.actor.id, by.actor.label, at
    row.save()
    return row


def _must_be_owned(kept: KeptMeasure) -> None:
    wanted = set(kept.facts)
    if nobodys := unowned(kept.facts, proposals.known_facts(wanted)):
        raise FactNotOwned(
            f"“{kept.name}”要用到 {'、'.join(nobodys)}，数据字典里没有部门对它负责。请先认领，或改写这项条件。",
            facts=nobodys,
        )


def _must_decide(kept: KeptMeasure) -> None:
    """Check that the rules of a measure ask only for owned facts, and decide."""
    _must_be_owned(kept)
    rule_model(rules_of(f"draft/{kept.id}", kept), proposals.known_facts(set(kept.facts)))


def _changed(kept: KeptMeasure, to: Change) -> KeptMeasure:
    name = _words(to.name, "名称", _LONGEST_NAME)
    if not name:
        raise BadChange("名称不能是空的。请写奖补项的名称。", field="name")
    try:
        kind, mode = Kind(to.kind), Mode(to.mode)
    except ValueError as error:
        raise BadChange("扶持方式或办理方式不在可选的范围里。请重新选择。", field="kind") from error
    known = {one.id: one for one in kept.conditions}
    conditions = tuple(
        _condition(name_, known.get(name_), one) for name_, one in to.conditions.items() if one.text.strip()
    )
    changed = replace(
        kept,
        name=name,
        kind=kind,
        mode=mode,
        amount=_words(to.amount, "奖补标准", _LONGEST_TEXT) or kept.amount,
        amount_feel=_words(to.amount_feel, "金额的算法", _LONGEST_RULE),
        conditions=tuple(replace(one, id=f"c{number}") for number, one in enumerate(conditions, 1)),
    )
    used = {fact.partition(".")[0] for fact in changed.facts}
    return replace(
        changed,
        lacks="" if changed.amount_feel else kept.lacks,
        subjects=tuple(sorted(used)) or ("org",),
        changeable=tuple(one for one in kept.changeable if one in changed.facts),
    )


def _condition(name: str, before: KeptCondition | None, to: ConditionChange) -> KeptCondition:
    text, feel = _words(to.text, f"条件 {name}", _LONGEST_TEXT), _words(to.feel, f"条件 {name} 的规则", _LONGEST_RULE)
    if before is not None and before.feel == feel:
        return replace(before, text=text)
    if feel and not facts_in(feel):
        raise RuleRefused(
            f"条件 {name} 的规则没有用到任何数据项。请写成如 org.debt_ratio <= 80 的样子。", conditions=[name]
        )
    if before is not None:
        return replace(before, text=text, feel=feel, near="", leads_to="", confidence=1.0, because="由人写成。")
    return KeptCondition(name, text, "由人补充", feel, "", "", 1.0, "由人补充。", ())


def _words(value: str, name: str, longest: int) -> str:
    words = " ".join(value.replace("\x00", "").split())
    if len(words) > longest:
        raise BadChange(f"“{name}”有 {len(words)} 字，最多 {longest} 字。请写短一些。", field=name)
    return words


def _must_be_named(choices: Choices) -> None:
    slug = choices.slug
    if not slug or len(slug) > 80 or not all(one.isascii() and (one.isalnum() or one == "-") for one in slug):  # noqa: PLR2004 - as the column
        raise BadChange("政策标识只能用小写字母、数字和连字符，最多 80 个，如 sz-srdi-reward。", field="slug")
    if not choices.topic.strip():
        raise BadChange("请写主题分类，如 企业培育奖补。", field="topic")
