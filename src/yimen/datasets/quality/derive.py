"""The rules that follow from what the catalogue says of a table: nobody has to write them."""

from collections.abc import Iterator, Mapping, Sequence

from yimen.datasets.quality.rules import Column, Dimension, Kind, Rule

RESIDENT_IDS = frozenset({"resident_id", "id_number", "citizen_id", "gmsfhm", "person.id-number"})
CREDIT_CODES = frozenset({"credit_code", "uscc", "tyshxydm", "organisation.credit-code"})
"""Names and data elements by which a column is known to hold an identity number or a credit code."""
BIRTHS = frozenset({"birth_date", "person.birth-date"})
TYPED = {"date": "是日期", "number": "是数字", "boolean": "是是否值"}
CYCLE_DAYS: Mapping[str, int] = {
    "REALTIME": 2,
    "DAILY": 2,
    "WEEKLY": 8,
    "MONTHLY": 32,
    "QUARTERLY": 93,
    "YEARLY": 367,
}
"""How old the newest stamp may be for each cycle of the catalogue, a day's grace in it. On demand is never late."""


def derived(columns: Sequence[Column], *, cycle: str = "", as_of: str = "") -> list[Rule]:
    """Return the rules of these columns, in their order; `as_of` names the column with the stamp of each row."""
    rules = [rule for column in columns for rule in _of(column)]
    keys = tuple(column.name for column in columns if column.is_key)
    if keys:
        titles = "、".join(column.title for column in columns if column.is_key)
        rules.append(
            Rule("unique", f"{titles}不重复", Kind.UNIQUE, Dimension.ACCURACY, keys, threshold=100.0, weight=2)
        )
    rules += _births(columns)
    if cycle in CYCLE_DAYS and as_of:
        days = CYCLE_DAYS[cycle]
        title = f"最近 {days} 日内更新过"
        rules.append(Rule("cycle", title, Kind.CYCLE, Dimension.TIMELINESS, (as_of,), threshold=100.0, limit=days))
    return rules


def _of(column: Column) -> Iterator[Rule]:
    name, title = column.name, column.title
    if column.is_required:
        yield Rule(f"{name}.required", f"{title}不为空", Kind.REQUIRED, Dimension.COMPLETENESS, (name,))
    if column.type in TYPED:
        said = TYPED[column.type]
        yield Rule(f"{name}.type", f"{title}{said}", Kind.TYPE, Dimension.NORMALITY, (name,))
    if column.length is not None:
        said = f"{title}不超过 {column.length} 个字"
        yield Rule(f"{name}.length", said, Kind.LENGTH, Dimension.NORMALITY, (name,), limit=column.length)
    if column.codes:
        yield Rule(f"{name}.code", f"{title}在代码表中", Kind.CODE, Dimension.NORMALITY, (name,))
    if column.form:
        yield Rule(f"{name}.form", f"{title}符合数据元的格式", Kind.FORM, Dimension.NORMALITY, (name,))
    if column.listed:
        yield Rule(f"{name}.list", f"{title}在标准代码集中", Kind.LISTED, Dimension.NORMALITY, (name,))
    if column.flag and column.type in {"string", "list"} and not column.codes:
        said = "文字" if column.type == "string" else "列表"
        yield Rule(f"{name}.text", f"{title}是可以识别的{said}", Kind.BELIEVED, Dimension.NORMALITY, (name,))
    if is_resident_id(column):
        said = f"{title}符合 GB 11643"
        yield Rule(f"{name}.resident_id", said, Kind.RESIDENT_ID, Dimension.ACCURACY, (name,), weight=2)
    if is_credit_code(column):
        said = f"{title}符合 GB 32100"
        yield Rule(f"{name}.credit_code", said, Kind.CREDIT_CODE, Dimension.ACCURACY, (name,), weight=2)
    if column.type == "date":
        said = f"{title}不早于 1900 年" + ("，不在今天之后" if is_birth(column) else "")
        yield Rule(f"{name}.range", said, Kind.DATE_RANGE, Dimension.ACCURACY, (name,), limit=int(is_birth(column)))


def _births(columns: Sequence[Column]) -> Iterator[Rule]:
    for number in filter(is_resident_id, columns):
        for birth in filter(is_birth, columns):
            said = f"{birth.title}与{number.title}第 7 至 14 位相同"
            fields = (birth.name, number.name)
            yield Rule(f"{birth.name}.id", said, Kind.BIRTH_DATE, Dimension.CONSISTENCY, fields, weight=2)


def is_resident_id(column: Column) -> bool:
    """Tell whether it holds resident identity numbers."""
    return column.name in RESIDENT_IDS or column.element in RESIDENT_IDS


def is_credit_code(column: Column) -> bool:
    """Tell whether it holds unified social credit codes."""
    return column.name in CREDIT_CODES or column.element in CREDIT_CODES


def is_birth(column: Column) -> bool:
    """Tell whether it holds dates of birth, which cannot be in the future."""
    return column.type == "date" and (column.name in BIRTHS or column.element in BIRTHS)
