"""What is different between two versions of a policy, in sentences (变更说明)."""

from collections.abc import Iterator
from dataclasses import fields

from yimen.policies.logic import MeasureDefinition, PolicyDefinition

TITLES = {
    "title": "名称",
    "document_number": "发文字号",
    "issued_on": "成文日期",
    "effective_from": "施行日期",
    "effective_until": "失效日期",
    "applies_to": "适用对象",
    "summary": "说明",
    "topic": "主题",
}
OF_MEASURE = {
    "name": "名称",
    "amount": "标准",
    "cap": "最高金额",
    "mode": "办理方式",
    "handled_by": "办理部门",
    "promised_days": "承诺时限",
    "window": "申报时间",
    "excludes": "不可同时享受",
    "joint": "联审部门",
    "funding": "资金",
    "materials": "材料",
    "questions": "填报项",
}


def changes(old: PolicyDefinition, new: PolicyDefinition) -> list[str]:
    """Return a sentence for each difference: of the policy, of each measure, of each condition."""
    return [*_of(old, new, TITLES, ""), *_measures(old, new)]


def _measures(old: PolicyDefinition, new: PolicyDefinition) -> Iterator[str]:
    before, after = {one.id: one for one in old.measures}, {one.id: one for one in new.measures}
    for key in before.keys() - after.keys():
        yield f"取消奖补项“{before[key].name}”。"
    for key in after.keys() - before.keys():
        yield f"新增奖补项“{after[key].name}”。"
    for key in sorted(before.keys() & after.keys()):
        yield from _of(before[key], after[key], OF_MEASURE, f"“{after[key].name}”的")
        yield from _conditions(before[key], after[key])


def _conditions(old: MeasureDefinition, new: MeasureDefinition) -> Iterator[str]:
    before, after = {one.id: one for one in old.conditions}, {one.id: one for one in new.conditions}
    for key in sorted(before.keys() | after.keys()):
        if key not in after:
            yield f"“{new.name}”取消条件“{before[key].text}”。"
        elif key not in before:
            yield f"“{new.name}”新增条件“{after[key].text}”。"
        elif before[key].text != after[key].text:
            yield f"“{new.name}”的条件“{before[key].text}”改为“{after[key].text}”。"


def _of(old: object, new: object, titles: dict[str, str], whose: str) -> Iterator[str]:
    for one in fields(new):  # type: ignore[arg-type]  # both are dataclasses
        before, after = getattr(old, one.name), getattr(new, one.name)
        if one.name in titles and before != after:
            shown = all(
                isinstance(value, str | int) or value is None or hasattr(value, "year") for value in (before, after)
            )
            yield (
                f"{whose}{titles[one.name]}由“{before or '未写'}”改为“{after or '未写'}”。"
                if shown
                else f"{whose}{titles[one.name]}有改动。"
            )
