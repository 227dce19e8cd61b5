"""A dataset's definition as plain JSON, from a row and back, and what differs between two of them in sentences."""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, fields
from datetime import date

from yimen.datasets.logic import DatasetDefinition, FieldDefinition, Registration
from yimen.datasets.models import Dataset

Content = dict[str, object]


def to_json(definition: DatasetDefinition) -> Content:
    """Return the definition as plain JSON values, dates in ISO 8601."""
    plain: Content = json.loads(json.dumps(asdict(definition), default=str, ensure_ascii=False))
    return plain


def from_json(content: Mapping[str, object]) -> DatasetDefinition:
    """Return the definition kept by `to_json`; what it does not name is as by default."""

    def known(kind: type, row: Mapping[str, object]) -> dict[str, object]:
        names = {one.name for one in fields(kind)}
        return {
            name: tuple(value) if isinstance(value, list) else value for name, value in row.items() if name in names
        }

    rows, said = content.get("fields"), content.get("registration")
    assert isinstance(rows, list)
    assert isinstance(said, dict)
    day = said.get("published_on")
    registration = known(Registration, said) | {"published_on": date.fromisoformat(str(day)) if day else None}
    parts = known(DatasetDefinition, content) | {
        "fields": tuple(FieldDefinition(**known(FieldDefinition, row)) for row in rows),  # type: ignore[arg-type]
        "registration": Registration(**registration),  # type: ignore[arg-type]
    }
    return DatasetDefinition(**parts)  # type: ignore[arg-type]


def digest(definition: DatasetDefinition) -> str:
    """Return the SHA-256 of the definition, equal for equal ones."""
    text = json.dumps(to_json(definition), ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def of(dataset: Dataset) -> DatasetDefinition:
    """Return what is registered of a dataset now."""
    return DatasetDefinition(
        code=dataset.code,
        title=dataset.title,
        agency=dataset.agency_id,
        sharing=dataset.sharing.lower(),
        source_kind=dataset.source_kind,
        connection=dataset.connection,
        settings=dict(dataset.settings),
        timeout_s=dataset.timeout_s,
        keyed_by=tuple(dataset.keyed_by),
        fields=tuple(
            FieldDefinition(
                name=one.name,
                title=one.title,
                type=one.type,
                source_name=one.source_name,
                codes=dict(one.codes),
                blank_is_value=one.blank_is_value,
                when_absent=one.when_absent,
                element=one.element,
                length=one.length,
                is_key=one.is_key,
                is_required=one.is_required,
                level=one.level,
                sharing=one.sharing.lower(),
            )
            for one in dataset.fields.all()
        ),
        registration=Registration(
            resource_code=dataset.resource_code,
            local_code=dataset.local_code,
            abstract=dataset.abstract,
            keywords=tuple(dataset.keywords),
            category=dataset.category.lower(),
            subject=dataset.subject,
            sharing_condition=dataset.sharing_condition,
            legal_ground=dataset.legal_ground,
            openness=dataset.openness.lower(),
            update_cycle=dataset.update_cycle.lower(),
            published_on=dataset.published_on,
            contact=dataset.contact,
            contact_phone=dataset.contact_phone,
            related=tuple(dataset.related),
        ),
    )


LONGEST: Mapping[str, int] = {
    "code": 100,
    "title": 200,
    "source_kind": 16,
    "connection": 60,
    "resource_code": 60,
    "local_code": 60,
    "subject": 60,
    "contact": 60,
    "contact_phone": 40,
}
LONGEST_IN_FIELD: Mapping[str, int] = {
    "name": 100,
    "title": 200,
    "source_name": 100,
    "when_absent": 100,
    "element": 60,
}
LONGEST_TEXT = 4000
"""How many characters the columns have room for; a text without a width of its own is cut off here."""
CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def length_problems(definition: DatasetDefinition) -> list[str]:
    """Return what is too long to be kept, or a code no address can have, each with its remedy."""
    said = definition.registration
    problems = []
    if not CODE.fullmatch(definition.code):
        problems.append("资源代码应为小写字母、数字和连字符，如 population-basic。")
    whole: Content = {**_head(definition), "code": definition.code}
    for name, value in whole.items():
        longest = LONGEST.get(name, LONGEST_TEXT)
        if isinstance(value, str) and len(value) > longest:
            problems.append(f"{SAID.get(name, name)}不能超过 {longest} 字。")
    for name, words, longest in (("关键词", said.keywords, 40), ("关联资源", said.related, 100)):
        if any(len(word) > longest for word in words):
            problems.append(f"每个{name}不能超过 {longest} 字。")
    for one in definition.fields:
        for name, longest in LONGEST_IN_FIELD.items():
            if len(str(getattr(one, name))) > longest:
                problems.append(f"字段“{one.name[:40]}”的{SAID.get(name, '名称')}不能超过 {longest} 字。")
    twice = {one.name for one in definition.fields if [other.name for other in definition.fields].count(one.name) > 1}
    return problems + [f"字段名“{name}”写了不止一次。" for name in sorted(twice)]


SAID: Mapping[str, str] = {
    "title": "资源名称",
    "sharing": "共享类型",
    "source_kind": "数据源类型",
    "connection": "连接",
    "settings": "数据源设置",
    "timeout_s": "时限",
    "keyed_by": "查询依据",
    "resource_code": "信息资源代码",
    "local_code": "本地代码",
    "abstract": "摘要",
    "keywords": "关键词",
    "category": "资源属性",
    "subject": "所属库或主题",
    "sharing_condition": "共享条件",
    "legal_ground": "共享类型依据",
    "openness": "开放属性",
    "update_cycle": "更新周期",
    "published_on": "发布日期",
    "contact": "责任人",
    "contact_phone": "责任人电话",
    "related": "关联资源",
    "type": "数据类型",
    "source_name": "部门字段名",
    "codes": "代码对照",
    "when_absent": "没有记录时的值",
    "element": "数据元",
    "length": "最大长度",
    "is_key": "是否主键",
    "is_required": "是否必填",
    "level": "敏感级别",
    "blank_is_value": "空即是值",
}
QUIET = frozenset({"settings", "codes", "abstract"})
"""What is too long to be told with its old and new value."""
WORDS: Mapping[str, str] = {
    "True": "是",
    "False": "否",
    "None": "空",
    "": "空",
    "string": "文字",
    "date": "日期",
    "boolean": "是否",
    "number": "数字",
}
CHOICES: Mapping[str, Mapping[str, str]] = {
    name: {str(value).lower(): str(label) for value, label in choices.choices}
    for name, choices in (
        ("sharing", Dataset.Sharing),
        ("category", Dataset.Category),
        ("update_cycle", Dataset.Cycle),
        ("openness", Dataset.Openness),
    )
}


def differences(old: DatasetDefinition | None, new: DatasetDefinition) -> list[str]:
    """Return what changed, a sentence each; of a first version that it is one."""
    if old is None:
        return [f"首次登记，共 {len(new.fields)} 个字段。"]
    return [*_flat(_head(old), _head(new), ""), *_fields(old, new)]


def removed_fields(old: DatasetDefinition, new: DatasetDefinition | None) -> set[str]:
    """Return the names of the fields that would be gone, or read otherwise than before; all for a retirement."""
    kept = {one.name: one for one in new.fields} if new else {}
    return {one.name for one in old.fields if one.name not in kept or _moved(one, kept[one.name])}


def _moved(old: FieldDefinition, new: FieldDefinition) -> bool:
    return (old.type, old.source_name, dict(old.codes)) != (new.type, new.source_name, dict(new.codes))


def _head(definition: DatasetDefinition) -> Content:
    apart = {"fields", "registration", "code", "agency"}
    head = {name: value for name, value in asdict(definition).items() if name not in apart}
    return head | asdict(definition.registration)


def _fields(old: DatasetDefinition, new: DatasetDefinition) -> Iterator[str]:
    before, after = ({one.name: one for one in definition.fields} for definition in (old, new))
    yield from (f"增加字段“{one.title}”（{name}）。" for name, one in after.items() if name not in before)
    yield from (f"删除字段“{one.title}”（{name}）。" for name, one in before.items() if name not in after)
    for name, one in after.items():
        if name in before:
            yield from _flat(asdict(before[name]), asdict(one), f"字段“{one.title}”的")


def _flat(old: Content, new: Content, whose: str) -> Iterator[str]:
    for name, value in new.items():
        if old.get(name) == value:
            continue
        label = SAID.get(name, name)
        if name in QUIET:
            yield f"{whose}{label}有变更。"
        else:
            yield f"{whose}{label}由“{_said(name, old.get(name))}”改为“{_said(name, value)}”。"


def _said(name: str, value: object) -> str:
    if isinstance(value, list | tuple):
        return "、".join(map(str, value)) or "空"
    text = str(value)
    return CHOICES.get(name, {}).get(text) or WORDS.get(text, text)
