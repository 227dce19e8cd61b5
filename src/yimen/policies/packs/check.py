"""Check a pack with its policies: what is checked of any item, and what only a policy can have wrong."""

from collections.abc import Iterator
from collections.abc import Set as AbstractSet

from yimen.items.packs import check as items
from yimen.items.packs.check import Report
from yimen.items.packs.model import Finding, Place
from yimen.policies.logic import MeasureDefinition, name_of
from yimen.policies.matching.plan import NotMatchable, plan
from yimen.policies.packs.model import PackPolicy, PolicyPack
from yimen.policies.paying import caps
from yimen.rules.logic import AMOUNT, ELIGIBLE


def check(whole: PolicyPack) -> Report:
    """Return everything wrong with the pack and its policies; every case is run where its rules can be read."""
    report = items.check(whole.pack)
    known = {one.definition.slug for one in whole.pack.items}
    agencies = {agency.code for _, agency in whole.pack.agencies}
    findings = [found for policy in whole.policies for found in _policy(policy, known=known, agencies=agencies)]
    findings += _caps(whole, known=known)
    findings += _matchable(whole)
    return Report(tuple(sorted({*report.findings, *findings})), report.cases)


def _caps(whole: PolicyPack, *, known: AbstractSet[str]) -> Iterator[Finding]:
    """Yield what is wrong with the pack's caps on paying, where it has any."""
    file = whole.pack.folder / caps.FILE
    if not file.exists():
        return
    try:
        definitions = caps.read(file)
    except caps.BadCaps as error:
        yield Finding(Place(caps.FILE), error.detail, "")
        return
    for one in definitions:
        if one.measure not in known:
            yield Finding(Place(caps.FILE), f"没有奖补项“{one.measure}”。", "请检查名称。", is_absence=True)


def _matchable(whole: PolicyPack) -> Iterator[Finding]:
    """Report what keeps all measures from being matched together: a fact declared otherwise than elsewhere."""
    items = {one.definition.slug: one for policy in whole.policies for one in policy.measures.values()}
    rules = {name: one.rule for name, one in items.items() if one.rule is not None}
    models = {name: one.model for name, one in rules.items() if one.model is not None}
    try:
        plan({name: model for name, model in models.items() if ELIGIBLE in model.decisions})
    except NotMatchable as error:
        yield Finding(rules[str(error.fields["measure"])].place, "", error.detail)


def _policy(policy: PackPolicy, *, known: AbstractSet[str], agencies: AbstractSet[str]) -> Iterator[Finding]:
    definition, place = policy.definition, policy.place
    if definition.agency not in agencies:
        yield Finding(place, f"没有部门“{definition.agency}”。", "请在 agencies.yaml 中加上。", is_absence=True)
    if definition.effective_until is not None and definition.effective_until <= definition.effective_from:
        yield Finding(place, "失效日期不晚于施行日期。", "effective_until 是失效当天（不含），请改正。")
    for measure in definition.measures:
        yield from _measure(policy, measure, known=known, agencies=agencies)


def _measure(
    policy: PackPolicy, measure: MeasureDefinition, *, known: AbstractSet[str], agencies: AbstractSet[str]
) -> Iterator[Finding]:
    item = policy.measures[measure.id]
    place, name = item.place, name_of(policy.definition.slug, measure.id)
    for target in [*measure.excludes, *(one.leads_to for one in measure.conditions if one.leads_to)]:
        if target not in known:
            yield Finding(place, f"没有奖补项或事项“{target}”。", "请检查名称，应为“政策/奖补项”或事项标识。")
        elif target == name:
            yield Finding(place, f"{name} 指向了自己。", "请删去。")
    for one in measure.joint:
        if one.agency not in agencies:
            yield Finding(place, f"没有部门“{one.agency}”。", "请在 agencies.yaml 中加上。", is_absence=True)
        if unknown := sorted(set(one.conditions) - {condition.id for condition in measure.conditions}):
            yield Finding(place, f"联审的条件 {'、'.join(unknown)} 不存在。", "请写条件的编号，如 c1。")
    if measure.joint and sum(one.share for one in measure.joint) > 1:
        yield Finding(place, "各部门的资金分担合计超过 1。", "请改正 joint 中的 share。")
    if measure.pays and measure.funding is None:
        yield Finding(place, f"“{measure.name}”要拨款，但没有资金来源。", "请写上 funding（budget 和 source）。")
    if item.rule is None:
        yield Finding(place, f"“{measure.name}”没有规则。", "请写上 rule，并把 rules.dmn 放在奖补项的文件夹里。")
    elif measure.pays and item.rule.model is not None and AMOUNT not in item.rule.model.decisions:
        yield Finding(item.rule.place, f"“{measure.name}”要拨款，但规则没有算出金额。", "请加上名为 amount 的决策。")
