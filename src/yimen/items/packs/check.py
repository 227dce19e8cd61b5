"""Does a pack hold together? Names that must exist do, rules and guide agree, and every case comes out as written."""

import difflib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import PurePosixPath

from yimen import dmn
from yimen.core.errors import Invalid
from yimen.datasets import base, classifying
from yimen.datasets import logic as datasets
from yimen.datasets.logic import BASE_LIBRARY
from yimen.dmn.feel.ast import NoLogic
from yimen.facts import logic as facts
from yimen.facts.flat import Flat, gather
from yimen.facts.logic import APPLICANT, SYSTEM, FactDefinition, FactType
from yimen.items.logic import INDIVIDUAL_BUSINESS, NO_FACTS, REGISTERS, SUBJECTS
from yimen.items.packs.model import Finding, Pack, PackItem, Place, RuleCase
from yimen.licences import logic as licences
from yimen.rules.logic import (
    AMOUNT,
    CHANGEABLE,
    ELIGIBLE,
    NEAR,
    ROUTE,
    ConditionState,
    Given,
    Verdict,
    condition_ids,
    facts_used,
    judge,
)
from yimen.standards import credit_code
from yimen.standards import logic as standards

DATE = "application.date"
BASE_CODE = re.compile(r"\d{13}")
CLOCK = re.compile(rb"\b(?:today|now)\s*\(\s*\)")


@dataclass(frozen=True, slots=True)
class Report:
    """What a check found, in the order of files and lines, and how many cases were run."""

    findings: tuple[Finding, ...]
    cases: int

    @property
    def is_clean(self) -> bool:
        """Tell whether nothing is wrong."""
        return not self.findings


def check(pack: Pack) -> Report:
    """Return everything wrong with the pack; every case is run where its rules can be read.

    While a file cannot be read at all, nothing is said of names that are not there: they may stand in that file.
    """
    unread = {PurePosixPath(one).name for one in pack.unread}
    findings = [
        *pack.findings,
        *_agencies(pack),
        *_standards(pack),
        *_facts(pack),
        *_datasets(pack),
        *_base_libraries(pack),
        *_licence_types(pack),
    ]
    findings += _catalogue(pack)
    findings += _classes(pack)
    cases = 0
    for item in pack.items:
        findings += _item(item, pack)
        if not _facts_unread(pack):
            findings += run_cases(item, pack.dictionary())
            cases += len(item.cases)
    if unread - {"cases.yaml"}:
        # What such a file defines would be missed wherever it is named, and hide the one thing to be mended.
        findings = [one for one in findings if not one.is_absence]
    return Report(tuple(sorted(findings)), cases)


def _facts_unread(pack: Pack) -> bool:
    """Tell whether a file of the dictionary could not be read: cases would all seem wrong."""
    return any(PurePosixPath(one).name == "facts.yaml" or "facts/" in one for one in pack.unread)


def _absent(place: Place, kind: str, name: str, known: Mapping[str, object] | set[str]) -> Iterator[Finding]:
    if name and name not in known:
        near = difflib.get_close_matches(name, list(known), n=1)
        yield Finding(
            place, f"没有{kind}“{name}”。", f"是不是“{near[0]}”？" if near else "请检查，或先定义它。", is_absence=True
        )


def _twice(kind: str, named: list[tuple[Place, str]]) -> Iterator[Finding]:
    seen: dict[str, Place] = {}
    for place, name in named:
        if name in seen:
            yield Finding(place, f"{kind}“{name}”定义了两次，另一处在 {seen[name]}。", "请删除其一。")
        seen.setdefault(name, place)


def _agencies(pack: Pack) -> Iterator[Finding]:
    known: set[str] = set()
    yield from _twice("部门", [(place, one.code) for place, one in pack.agencies])
    for place, one in pack.agencies:
        try:
            credit_code.parse(one.code)
        except Invalid as error:
            yield Finding(place, f"部门“{one.name}”：", error.detail)
        if one.parent:
            yield from _absent(place, "（写在前面的）上级部门", one.parent, known)
        known.add(one.code)


def _codes(pack: Pack) -> set[str]:
    return {one.code for _, one in pack.agencies}


def _facts(pack: Pack) -> Iterator[Finding]:
    fields = {one.code: {field.name: field for field in one.fields} for _, one in pack.datasets}
    yield from _twice("数据项", [(place, one.name) for place, one in pack.facts])
    for place, one in pack.facts:
        yield from (Finding(place, "", problem) for problem in facts.validate(one))
        if one.authority not in {APPLICANT, SYSTEM}:
            yield from _absent(place, "部门", one.authority, _codes(pack))
        for source in one.sources:
            yield from _absent(place, "数据资源", source.dataset, fields)
            yield from _absent(
                place, f"{source.dataset} 的字段", source.field, fields.get(source.dataset, {source.field})
            )


def _standards(pack: Pack) -> Iterator[Finding]:
    elements, lists = pack.all_elements(), pack.all_code_lists()
    yield from _twice("代码集", [(place, one.identifier) for place, one in pack.code_lists])
    yield from _twice("数据元", [(place, one.identifier) for place, one in pack.elements])
    for place, code_list in pack.code_lists:
        yield from (Finding(place, "代码集有误：", problem) for problem in standards.list_problems(code_list))
    for place, element in pack.elements:
        yield from (Finding(place, "数据元有误：", problem) for problem in standards.element_problems(element))
        yield from _absent(place, "代码集", element.code_list, lists)
    for place, fact in pack.facts:
        yield from _absent(place, "数据元", fact.element, elements)
    for place, dataset in pack.datasets:
        for one in dataset.fields:
            yield from _absent(place, "数据元", one.element, elements)


def _datasets(pack: Pack) -> Iterator[Finding]:
    by_code = {one.code: one for _, one in pack.datasets}
    items = {item.definition.slug for item in pack.items} | set(datasets.BATCH_PURPOSES) | pack.measures
    yield from _twice("数据资源", [(place, one.code) for place, one in pack.datasets])
    dictionary = pack.dictionary()
    for place, one in pack.datasets:
        yield from _absent(place, "部门", one.agency, _codes(pack))
        for name in one.keyed_by:
            yield from _absent(place, "数据项", name if "." in name else "", dictionary)
            if name in _needed_first(name, pack):
                yield Finding(place, f"要查 {name} 得先知道 {name}。", "请改正 keyed_by，或给它别的来源。")
        yield from (Finding(place, f"数据资源“{one.code}”：", problem) for problem in datasets.validate(one))
    for place, grant in pack.grants:
        yield from _absent(place, "部门", grant.grantee, _codes(pack))
        yield from _absent(place, "事项（或批量用途）", grant.item, items)
        for name in grant.fields:
            known = {field.name for field in by_code[grant.dataset].fields}
            yield from _absent(place, f"{grant.dataset} 的字段", name, known)


def _base_libraries(pack: Pack) -> Iterator[Finding]:
    fields = {one.code: {field.name: field.type for field in one.fields} for _, one in pack.datasets}
    keys = {one.code: one.keyed_by for _, one in pack.datasets}
    granted = {(grant.dataset, name) for _, grant in pack.grants if grant.item == BASE_LIBRARY for name in grant.fields}
    yield from _twice("基础库", [(place, one.code) for place, one in pack.base_libraries])
    for place, one in pack.base_libraries:
        yield from (Finding(place, f"基础库“{one.code}”：", problem) for problem in base.validate(one))
        yield from _absent(place, "部门", one.agency, _codes(pack))
        for attribute in one.attributes:
            types = set()
            for dataset, _, name in (source.partition(".") for source in attribute.sources):
                yield from _absent(place, "数据资源", dataset, fields)
                yield from _absent(place, f"{dataset} 的字段", name, fields.get(dataset, {name: ""}))
                if name not in fields.get(dataset, {}):
                    continue
                types.add(fields[dataset][name])
                if one.key not in keys[dataset]:
                    yield Finding(place, f"{dataset} 不按 {one.key} 查询。", "请换一个来源。")
                if (dataset, name) not in granted:
                    where = f"请在 datasets/{dataset}.yaml 的 grants 中加上 item: {BASE_LIBRARY}。"
                    yield Finding(place, f"来源 {dataset}.{name} 没有批量授权。", where)
            if len(types) > 1:
                yield Finding(place, f"属性 {attribute.name} 的来源类型不一：{'、'.join(sorted(types))}。", "请统一。")


def _needed_first(fact: str, pack: Pack) -> set[str]:
    """Return the facts that must be known before a department can be asked about this one."""
    dictionary = pack.dictionary()
    keys = {one.code: [name for name in one.keyed_by if "." in name] for _, one in pack.datasets}
    needed: set[str] = set()
    waiting = [fact]
    while waiting:
        definition = dictionary.get(waiting.pop())
        for source in definition.sources if definition else ():
            new = set(keys.get(source.dataset, ())) - needed
            needed |= new
            waiting += new
    return needed


def _catalogue(pack: Pack) -> Iterator[Finding]:
    yield from _twice("基本编码", [(place, one.code) for place, one in pack.catalogue])
    for place, one in pack.catalogue:
        if not BASE_CODE.fullmatch(one.code):
            yield Finding(place, f"基本编码“{one.code}”应为 13 位数字。", "请核对国家基本目录。")
    known = {one.code for _, one in pack.catalogue}
    for item in pack.items:
        if known and item.definition.listed:
            yield from _absent(item.place, "基本目录事项", item.definition.base_code, known)


def _classes(pack: Pack) -> Iterator[Finding]:
    """Yield what is wrong with the classes of the catalogue of data, and with the codes of resources in it."""
    known = {one.code: one.name for _, one in pack.classes}
    yield from _twice("目录分类", [(place, one.code) for place, one in pack.classes])
    for place, kind in pack.classes:
        yield from (Finding(place, problem, "") for problem in classifying.class_problems(kind, known))
    coded = [(place, one) for place, one in pack.datasets if one.registration.resource_code]
    yield from _twice("信息资源代码", [(place, one.registration.resource_code) for place, one in coded])
    codes = {one.code for _, one in pack.datasets}
    for place, one in coded:
        said = one.registration
        problems = classifying.code_problems(said.resource_code, said.category, known)
        yield from (Finding(place, f"数据资源“{one.code}”：", problem) for problem in problems)
    for place, one in pack.datasets:
        for related in one.registration.related:
            yield from _absent(place, "关联的数据资源", related, codes)


def _licence_types(pack: Pack) -> Iterator[Finding]:
    for place, one in pack.licence_types:
        yield from _absent(place, "部门", one.agency, _codes(pack))
        yield from (Finding(place, f"证照类型“{one.name}”：", problem) for problem in licences.validate(one))


def _item(item: PackItem, pack: Pack) -> Iterator[Finding]:
    definition, place = item.definition, item.place
    dictionary = pack.dictionary()
    yield from _absent(place, "部门", definition.agency, _codes(pack))
    types = {one.code: {face.name for face in one.face} for _, one in pack.licence_types}
    yield from _absent(place, "证照类型", definition.result.licence_type, types)
    if definition.subjects not in SUBJECTS:
        yield Finding(place, f"subjects 为 {list(definition.subjects)}。", "应为 [person]、[org] 或 [person, org]。")
    if definition.result.registers not in REGISTERS:
        yield Finding(place, f"registers 为“{definition.result.registers}”。", f"应为 {INDIVIDUAL_BUSINESS} 或省略。")
    yield from _absent(place, "数据项", definition.consent, dictionary)
    if definition.consent and definition.consent not in {question.fact for question in definition.questions}:
        yield Finding(place, f"consent 为 {definition.consent}，但没有问申请人。", "请在 questions 中加上这个问题。")
    for name, fact in definition.result.face.items():
        if fact not in NO_FACTS:
            yield from _absent(place, "数据项", fact, dictionary)
            yield from _reachable(item, dictionary.get(fact), pack)
        yield from _absent(place, "照面信息项", name, types.get(definition.result.licence_type, {name}))
    for question in definition.questions:
        yield from _absent(place, "数据项", question.fact, dictionary)
        asked = dictionary.get(question.fact)
        if asked and asked.type is FactType.RECORDS:
            yield Finding(place, f"{question.fact} 是一份名单，不能让申请人填写。", "请由数据资源提供。")
        if asked and asked.authority != APPLICANT:
            yield Finding(
                place,
                f"问题“{question.ask}”问的 {question.fact} 不以申请人为准。",
                "请改由数据资源提供，或修改数据字典。",
            )
    if definition.promised_days > definition.statutory_days:
        yield Finding(place, "承诺办结时限超过法定办结时限。", "请改小 promised_days。")
    if item.rule and item.rule.model:
        yield from _rules(item, item.rule.model, pack)


def _rules(item: PackItem, model: dmn.Model, pack: Pack) -> Iterator[Finding]:
    assert item.rule is not None
    place, dictionary = item.rule.place, pack.dictionary()
    if ELIGIBLE not in model.decisions:
        yield Finding(place, "没有名为 eligible 的决策。", "请加上，它是各项条件同时成立。")
        return
    in_rules, in_guide = condition_ids(model), tuple(one.id for one in item.definition.conditions)
    if set(in_rules) != set(in_guide):
        different = "、".join(sorted(set(in_rules) ^ set(in_guide)))
        yield Finding(place, f"条件 {different} 只在 item.yaml 或 rules.dmn 之一。", "请让两边的编号一致。")
    for name, decision in model.decisions.items():
        if isinstance(decision.tree, NoLogic):
            where = Place(place.file, decision.tree.line)
            yield Finding(where, f"决策“{name}”没有逻辑，结果总是空值。", "请写上表达式或决策表。")
    if CLOCK.search(item.rule.xml):
        yield Finding(place, "规则直接读取了当前时间（today 或 now）。", "请改用 application.date，否则决定无法重演。")
    names = set(dmn.facts_of(model, ELIGIBLE))
    for further in (ROUTE, AMOUNT):
        names |= set(dmn.facts_of(model, further)) if further in model.decisions else set()
    if AMOUNT in item.definition.result.face.values() and AMOUNT not in model.decisions:
        yield Finding(place, "照面上有金额，但没有名为 amount 的决策。", "请加上，或从照面中去掉。")
    for spoken in sorted(model.decisions):
        if spoken.startswith(NEAR) and spoken.removeprefix(NEAR) not in in_rules:
            yield Finding(place, f"决策 {spoken} 说明的条件不存在。", "请改成 near_ 加条件编号。")
    for name in sorted(names):
        yield from _absent(place, "数据项", name, dictionary)
        yield from _reachable(item, dictionary.get(name), pack)
    yield from _changeable(place, model)
    for error in dmn.analyse(model).errors:
        yield Finding(Place(place.file, error.line), f"决策“{error.place}”：{error.what}", error.remedy)


def _changeable(place: Place, model: dmn.Model) -> Iterator[Finding]:
    """Report what is said to be changeable and plays no part in eligibility: no near miss could ever name it."""
    if CHANGEABLE not in model.decisions:
        return
    where = Place(place.file, model.decisions[CHANGEABLE].line)
    named = dmn.evaluate(model, CHANGEABLE, {}).value
    if not isinstance(named, list):
        yield Finding(where, "changeable 应为数据项名称的列表。", '请写成 ["person.residence_permit_status"] 的样子。')
        return
    known = dict.fromkeys(dmn.facts_of(model, ELIGIBLE))
    for name in named:
        yield from _absent(where, "eligible 用到的数据项", str(name), known)


def _reachable(item: PackItem, fact: FactDefinition | None, pack: Pack) -> Iterator[Finding]:
    """A fact in use must come from somewhere the item may read: the applicant, the system, or a granted field.

    A source that is asked about an organisation is none for an item that has no organisation.
    """
    if fact is None:
        return
    if fact.authority == APPLICANT and fact.name not in {question.fact for question in item.definition.questions}:
        yield Finding(item.place, f"规则用到 {fact.name}，但没有问申请人。", "请在 questions 中加上这个问题。")
    granted = {
        (grant.dataset, name)
        for _, grant in pack.grants
        if grant.item == item.definition.slug and grant.grantee == item.definition.agency
        for name in grant.fields
    }
    keyed_by = {one.code: one.keyed_by for _, one in pack.datasets}
    for source in fact.sources:
        keys = keyed_by.get(source.dataset, ())
        if not all(key in item.definition.subjects for key in keys if key in {"person", "org"}):
            continue
        if (source.dataset, source.field) not in granted:
            yield Finding(
                item.place,
                f"规则用到 {fact.name}，但没有读取 {source.dataset}.{source.field} 的共享授权。",
                f"请在 datasets/{source.dataset}.yaml 的 grants 中加上。",
                is_absence=True,
            )


def run_cases(item: PackItem, dictionary: Mapping[str, FactDefinition]) -> Iterator[Finding]:
    """Run every case; yield those that come out otherwise, and conditions that no case shows in all three states."""
    if item.rule is None or item.rule.model is None or ELIGIBLE not in item.rule.model.decisions:
        return
    model = item.rule.model
    if not item.cases:
        yield Finding(item.place, "没有测试用例。", "请写 cases.yaml，每项条件都要有成立、不成立、未知三种情形。")
    shown: set[tuple[str, ConditionState]] = set()
    for case in item.cases:
        try:
            known = given(case, dictionary)
        except Invalid as error:
            yield Finding(case.place, f"用例“{case.name}”：", error.detail)
            continue
        judgement = judge(model, Given(known.among(facts_used(model))))
        missing = sorted({known.shown(name) for name in judgement.missing})
        shown |= {(one.id, one.state) for one in judgement.conditions}
        failing = sorted(judgement.failing) if judgement.verdict is Verdict.REJECT else []
        amount = judgement.amount if case.amount is not None else None
        got = (judgement.verdict.value, failing, missing, amount)
        expected = (case.outcome, sorted(case.failing), sorted(case.missing), case.amount)
        if got != expected:
            yield Finding(
                case.place, f"用例“{case.name}”应为 {_words(expected)}，实际是 {_words(got)}。", "请改正规则或用例。"
            )
    for name in condition_ids(model):
        absent = [state.value for state in ConditionState if (name, state) not in shown]
        if absent and item.cases:
            words = {"met": "成立", "failed": "不成立", "open": "未知"}
            yield Finding(
                item.place,
                f"条件 {name} 没有{'、'.join(words[one] for one in absent)}的用例。",
                "请在 cases.yaml 中补上。",
            )


def given(case: RuleCase, dictionary: Mapping[str, FactDefinition]) -> Flat:
    """Return a case's facts as the engine wants them; null is unknown; the date is the case's own unless stated.

    Raises:
        Invalid: a fact is not in the dictionary, or its value cannot be it.
    """
    flat = gather(case.facts, dictionary)
    return replace(flat, values={DATE: case.on, **flat.values})


def _words(result: tuple[str, list[str], list[str], Decimal | None]) -> str:
    outcome, failing, missing, amount = result
    parts = [outcome]
    parts += [f"不符合 {'、'.join(failing)}"] if failing else []
    parts += [f"缺 {'、'.join(missing)}"] if missing else []
    parts += [f"金额 {amount:f} 元"] if amount is not None else []
    return "，".join(parts)
