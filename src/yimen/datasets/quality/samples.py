"""Rows that break a rule as they may be shown: the key masked, the value by its shape, the reason in words."""

import re
from collections.abc import Mapping, Sequence

from yimen.core.errors import Invalid
from yimen.datasets.quality.rules import Column, Kind, Rule, Sample
from yimen.standards import credit_code, resident_id

LONGEST_SHAPE = 24
KEPT_HEAD, KEPT_TAIL = 3, 4
SHORT = 8
NOT_KEPT = "没有采信"
"""What stands for a value of which a snapshot only says that it cannot be believed."""
REASONS: Mapping[Kind, str] = {
    Kind.REQUIRED: "没有值",
    Kind.LENGTH: "超过最大长度",
    Kind.CODE: "不在代码表中",
    Kind.FORM: "不符合数据元的格式",
    Kind.LISTED: "不在标准代码集中",
    Kind.BIRTH_DATE: "出生日期与身份号码不一致",
    Kind.BELIEVED: "含有无法识别的字符",
    Kind.UNIQUE: "同一个主键有多行",
    Kind.WRITTEN: "条件不成立",
}
TYPED = {"date": "不是日期", "number": "不是数字", "boolean": "不是是否值"}


def masked(key: object) -> str:
    """Return a key with its first three and last four characters; a short one with its last two."""
    text = clean(str(key))
    if len(text) <= SHORT:
        return "*" * max(len(text) - 2, 1) + text[-2:] if len(text) > 2 else "*" * len(text)  # noqa: PLR2004
    return text[:KEPT_HEAD] + "*" * (len(text) - KEPT_HEAD - KEPT_TAIL) + text[-KEPT_TAIL:]


def clean(text: str) -> str:
    """Return the text without what no database keeps: U+0000, half a surrogate pair."""
    return re.sub("[\0\ud800-\udfff]", "�", text)


def shape(value: object) -> str:
    """Return how a value looks without what it is: 9 for a digit, A for a letter, 字 for a Chinese character."""
    if value is None:
        return "空"
    text = re.sub(r"\d", "9", clean(str(value))[: LONGEST_SHAPE + 1])
    text = re.sub(r"[A-Za-z]", "A", text)
    text = re.sub(r"[^\W\dA_]", "字", text)
    return text if len(text) <= LONGEST_SHAPE else f"{text[:LONGEST_SHAPE]}…"


def sample(
    rule: Rule, columns: Mapping[str, Column], row: int, values: Mapping[str, object], key: Sequence[object]
) -> Sample:
    """Return one row as a sample; `values` are those of the rule's fields, `key` those of the table's key."""
    value = values.get(rule.fields[0])
    flag = columns[rule.fields[0]].flag if rule.fields[0] in columns else ""
    looks = [NOT_KEPT if flag and values.get(flag) else shape(values.get(name)) for name in rule.fields]
    said = "、".join(masked(one) for one in key if one is not None)
    return Sample(row, said, "、".join(looks), _reason(rule, columns, value))


def _reason(rule: Rule, columns: Mapping[str, Column], value: object) -> str:
    match rule.kind:
        case Kind.RESIDENT_ID | Kind.CREDIT_CODE:
            parse = resident_id.parse if rule.kind is Kind.RESIDENT_ID else credit_code.parse
            try:
                parse(str(value))
            except Invalid as error:
                return error.detail
            return "前后有多余的字符"
        case Kind.TYPE:
            return TYPED[columns[rule.fields[0]].type]
        case Kind.DATE_RANGE:
            return f"年份为 {str(value)[:4]}"
        case _:
            return REASONS[rule.kind]
