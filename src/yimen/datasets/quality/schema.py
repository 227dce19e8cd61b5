"""A description of a table somebody wrote beside a file: its fields as in a content pack, and rules of its own."""

from collections.abc import Iterator, Mapping, Sequence

from yimen.core.errors import Invalid
from yimen.datasets.logic import NAME, TYPES
from yimen.datasets.quality import expressions, running
from yimen.datasets.quality.derive import derived
from yimen.datasets.quality.rules import CODE, Column, Dimension, Kind, Rule


class BadSchema(Invalid):
    """The description of a table makes no sense."""

    code = "quality.bad-schema"
    title = "表的说明文件有误。"


def read(content: object) -> tuple[list[Column], list[Rule]]:
    """Return the columns and every rule of a description as YAML gives it: those derived, then those written.

    `fields` is a list of {name, title, type, source_name, codes, length, is_key, is_required, element}; `rules` one of
    {code, title, holds, dimension, threshold, weight}, where `holds` is the condition.

    Raises:
        BadSchema, BadExpression: the sentence says where and what to mend.
    """
    if not isinstance(content, Mapping) or not isinstance(content.get("fields"), Sequence):
        raise BadSchema("应有 fields 列表，每项写明 name、title、type。")
    columns = [_column(one, place) for one, place in _entries(content["fields"], "fields")]
    names = [column.name for column in columns]
    if repeated := sorted({name for name in names if names.count(name) > 1}):
        raise BadSchema(f"字段名重复：{'、'.join(repeated)}。")
    rules = derived(columns, cycle=str(content.get("cycle", "")).upper(), as_of=str(content.get("as_of", "")))
    for one, place in _entries(content.get("rules") or [], "rules"):
        rule = _rule(one, place, names)
        running.must_fit(rule, columns)
        rules.append(rule)
    codes = [rule.code for rule in rules]
    if repeated := sorted({code for code in codes if codes.count(code) > 1}):
        raise BadSchema(f"规则代码重复：{'、'.join(repeated)}。")
    return columns, rules


def _entries(content: object, name: str) -> Iterator[tuple[Mapping[str, object], str]]:
    if not isinstance(content, list):
        raise BadSchema(f"{name} 应为列表。")
    for index, one in enumerate(content, start=1):
        if not isinstance(one, Mapping):
            raise BadSchema(f"{name} 第 {index} 项应写成 键: 值。")
        yield one, f"{name} 第 {index} 项"


def _column(one: Mapping[str, object], place: str) -> Column:
    name, kind, length = str(one.get("name", "")), str(one.get("type", "string")), one.get("length")
    if not NAME.fullmatch(name):
        raise BadSchema(f"{place}的 name 为“{name}”，应为小写字母、数字和下划线。")
    if kind not in TYPES:
        raise BadSchema(f"{place}的 type 为“{kind}”，应为 {'、'.join(sorted(TYPES))} 之一。")
    if length is not None and (not isinstance(length, int) or isinstance(length, bool) or length < 1):
        raise BadSchema(f"{place}的 length 应为正整数。")
    codes = one.get("codes") or ()
    if not isinstance(codes, Mapping | list | tuple):
        raise BadSchema(f"{place}的 codes 应为列表，或 部门代码: 本平台代码。")
    return Column(
        name=name,
        title=str(one.get("title", name)),
        type="string" if codes or kind == "list" else kind,
        source=str(one.get("source_name", name)),
        codes=() if kind == "list" else tuple(str(code) for code in codes),
        length=length,
        is_key=one.get("is_key") is True,
        is_required=one.get("is_required") is True,
        element=str(one.get("element", "")),
    )


def _rule(one: Mapping[str, object], place: str, names: Sequence[str]) -> Rule:
    code, dimension = str(one.get("code", "")), str(one.get("dimension", "consistency")).upper()
    if not CODE.fullmatch(code):
        raise BadSchema(f"{place}的 code 为“{code}”，应以小写字母开头，只含小写字母、数字、点、横线和下划线。")
    if dimension not in {known.value for known in Dimension}:
        raise BadSchema(f"{place}的 dimension 应为 {'、'.join(known.value.lower() for known in Dimension)} 之一。")
    try:
        threshold, weight = float(str(one.get("threshold", 99))), int(str(one.get("weight", 1)))
    except ValueError as error:
        raise BadSchema(f"{place}的 threshold、weight 应为数字。") from error
    if not 0 <= threshold <= 100 or weight < 1:  # noqa: PLR2004 - a share
        raise BadSchema(f"{place}的 threshold 应为 0 至 100，weight 应为正整数。")
    condition = str(one.get("holds", ""))
    _, read_fields = expressions.checked(condition, names)
    return Rule(
        code=code,
        title=str(one.get("title", code)),
        kind=Kind.WRITTEN,
        dimension=Dimension(dimension),
        fields=read_fields,
        threshold=threshold,
        weight=weight,
        expression=condition,
    )
