"""The built-in functions that compile, each to the expression that means the same on every database."""

from collections.abc import Callable, Sequence
from decimal import Decimal

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir

from yimen.dmn.batch import numbers, temporal
from yimen.dmn.batch.comparing import compare
from yimen.dmn.batch.logic import junction, negation, unified
from yimen.dmn.batch.pieces import (
    Column,
    Constant,
    Many,
    Piece,
    all_of,
    as_column,
    boolean,
    is_known,
    known_together,
    negative,
    nothing,
    null,
    truth,
    waiting_of,
)
from yimen.dmn.batch.refusal import ROW_BY_ROW, NotCompilable
from yimen.dmn.feel.functions import BUILTINS

Arguments = tuple[Piece | None, ...]
Strings = Callable[[ir.StringValue, ir.StringValue], ir.Value]
NOT_REPLAYABLE = frozenset(["today", "now"])
TEXT_OF = {"string": None, "boolean": "boolean", "date": "date", "number": "number"}


def called(name: str, arguments: Sequence[Piece], names: tuple[str, ...]) -> Piece:
    """Return the call of a built-in function.

    Raises:
        NotCompilable: it is none of those below.
    """
    if name in NOT_REPLAYABLE:
        raise NotCompilable(
            f"函数 {name} 取机器的时间，批量的结果无法重算。", "请把日期作为输入，如 application.date。"
        )
    if name not in COMPILED:
        raise NotCompilable(
            f"函数 {name} 不能编译成批量。", f"能编译的有：{'、'.join(sorted(COMPILED))}；其余请逐行求值。"
        )
    builtin = BUILTINS[name]
    arranged = builtin.arrange(tuple(arguments), names)
    if arranged is None:
        return nothing([as_column(one) for one in arguments if not isinstance(one, Constant)])
    given: Arguments = tuple(
        None if isinstance(one, Constant) and one.value is None else one  # type: ignore[misc]  # pieces, rearranged
        for one in arranged
    )
    return COMPILED[name](given)


def _columns(given: Arguments, kind: str) -> tuple[list[Column], bool]:
    """Return the arguments as columns, and whether all of them are of the kind."""
    columns = [as_column(Constant(None) if one is None else one) for one in given]
    return columns, all(column.kind == kind for column in columns)


def _of_strings(make: Strings) -> Callable[[Arguments], Piece]:
    def call(given: Arguments) -> Piece:
        columns, are_strings = _columns(given, "string")
        if not are_strings:
            return nothing(columns)
        text, match = (column.value for column in columns)
        assert isinstance(text, ir.StringValue)
        assert isinstance(match, ir.StringValue)
        return Column("boolean", make(text, match), known_together(columns), waiting_of(columns))

    return call


def _negated(given: Arguments) -> Piece:
    (one,) = given
    return negation(Constant(None) if one is None else one)


def _substring(given: Arguments) -> Piece:
    text, start, length = (*given, Constant(None))[:3]
    if not isinstance(start, Constant) or not isinstance(length, Constant | None):
        raise NotCompilable("substring 的位置和长度要是常量。", ROW_BY_ROW)
    column = as_column(text or Constant(None))
    first, count = start.value, None if length is None else length.value
    if column.kind != "string" or not isinstance(first, Decimal) or first == 0:
        return nothing([column])
    if first < 0:
        raise NotCompilable("substring 的负位置不能编译成批量。", "请从前面数起，或逐行求值。")
    if count is not None and (not isinstance(count, Decimal) or count < 1):
        return nothing([column])
    assert isinstance(column.value, ir.StringValue)
    made = column.value.substr(int(first) - 1, None if count is None else int(count))
    return Column("string", made, column.known, column.waiting)


def _text(given: Arguments) -> Piece:
    column = as_column(given[0] or Constant(None))
    match column.kind:
        case "string":
            made: ir.Value = column.value
        case "boolean":
            value = boolean(column.value)
            made = ibis.cases((value, "true"), (negative(value), "false"), else_=null("string"))
        case "date":
            made = column.value.cast("string")
        case "number" if isinstance(column.value.type(), dt.Integer):
            made = column.value.cast("string")
        case "Null":
            return nothing([column])
        case _:
            raise NotCompilable(f"{column.kind} 或小数转为文字不能编译成批量。", "请改用整数或日期，或逐行求值。")
    return Column("string", made, column.known, column.waiting)


def _join(given: Arguments) -> Piece:
    """Return texts joined, nulls left out."""
    texts, delimiter = (*given, None)[:2]
    between = Constant("") if delimiter is None else delimiter
    if not isinstance(texts, Many) or not isinstance(between, Constant) or not isinstance(between.value, str):
        raise NotCompilable("string join 只能编译写明各项的列表和常量分隔符。", ROW_BY_ROW)
    columns = [as_column(one, "string") for one in texts.items]
    if any(column.kind != "string" for column in columns):
        raise NotCompilable("string join 的各项要是文字。", "请先用 string( ) 转换。")
    joined: ir.Value = null("string")
    for column in columns:
        text = column.value
        both = joined + ibis.literal(between.value) + text
        joined = ibis.cases((text.isnull(), joined), (joined.isnull(), text), else_=both)
    known = all_of([is_known(column) for column in columns])
    filled = ibis.ifelse(known, joined.fill_null(""), null("string"))
    return Column("string", filled, None, waiting_of(columns))


def _months(given: Arguments) -> Piece:
    start, end = (as_column(one or Constant(None)) for one in given)
    return temporal.months_between(start, end)


def _date(given: Arguments) -> Piece:
    if len(given) != 1:
        raise NotCompilable("由年、月、日拼成的日期不能编译成批量。", ROW_BY_ROW)
    column = as_column(given[0] or Constant(None))
    match column.kind:
        case "date":
            return column
        case "date and time":
            assert isinstance(column.value, ir.TimestampValue)
            return Column("date", column.value.date(), column.known, column.waiting)
        case "string":
            raise NotCompilable("文字转为日期不能编译成批量。", "请让这一列在表中就是日期。")
        case _:
            return nothing([column])


def _absolute(given: Arguments) -> Piece:
    column = as_column(given[0] or Constant(None))
    if column.kind not in {"number", temporal.DAYS_TIME}:
        return nothing([column])
    value = column.value
    assert isinstance(value, ir.NumericValue)
    return Column(column.kind, ibis.ifelse(value < 0, -value, value), column.known, column.waiting)


def _items(given: Arguments) -> list[Piece]:
    if len(given) == 1 and isinstance(given[0], Many):
        return list(given[0].items)
    return [Constant(None) if one is None else one for one in given]


def _extreme(operator: str) -> Callable[[Arguments], Piece]:
    """Return what makes `min` or `max`: null where an item is null or none of one kind."""

    def call(given: Arguments) -> Piece:
        pieces = _items(given)
        columns = [as_column(piece) for piece in pieces]
        if len({column.kind for column in columns}) > 1 or columns[0].kind == "boolean":
            return nothing(columns)
        columns = unified(pieces)
        best = columns[0].value
        for column in columns[1:]:
            before = numbers.apply(operator, column.value, best)
            best = ibis.cases(
                (before, column.value), (negative(before), best), else_=null(columns[0].kind).cast(best.type())
            )
        return Column(columns[0].kind, best, known_together(columns), waiting_of(columns))

    return call


def _sum(given: Arguments) -> Piece:
    columns = [as_column(piece) for piece in _items(given)]
    if any(column.kind != "number" for column in columns):
        return nothing(columns)
    result = columns[0]
    for column in columns[1:]:
        result = numbers.add(result, column)
    return Column("number", result.value, known_together(columns), waiting_of(columns))


def _count(given: Arguments) -> Piece:
    (items,) = given
    if not isinstance(items, Many):
        raise NotCompilable("count 只能编译写明各项的列表。", ROW_BY_ROW)
    return Constant(Decimal(len(items.items)))


def _list_contains(given: Arguments) -> Piece:
    items, element = given
    listed = _listed(items)
    piece = Constant(None) if element is None else element
    return strictly_any([compare("=", piece, one) for one in listed], [*listed, piece])


def _listed(items: Piece | None) -> list[Piece]:
    if isinstance(items, Many):
        return list(items.items)
    if isinstance(items, Constant) and isinstance(items.value, list):
        return [Constant(one) for one in items.value]
    raise NotCompilable("这里只能编译写明各项的列表。", ROW_BY_ROW)


def strictly_any(tests: Sequence[Piece], parts: Sequence[Piece]) -> Piece:
    """Return whether one test is true; unknown while any part is, never null."""
    columns = [as_column(part) for part in parts if not isinstance(part, Constant)]
    if any(isinstance(test, Constant) and test.value is True for test in tests):
        made: ir.Value = truth(value=True)
    else:
        found = junction(tests, decisive=True)
        made = truth(value=False) if isinstance(found, Constant) else boolean(found.value).fill_null(False)
    if not columns:
        return junction([*tests, Constant(False)], decisive=True)
    known = all_of([is_known(column) for column in columns])
    return Column("boolean", ibis.ifelse(known, made, null("boolean")), None, waiting_of(columns))


def _decide(*, decisive: bool) -> Callable[[Arguments], Piece]:
    """Return what makes `all` or `any`: as `and`, `or`, but unknown as soon as an item is."""

    def call(given: Arguments) -> Piece:
        pieces = _items(given)
        columns = [as_column(piece) for piece in pieces if not isinstance(piece, Constant)]
        found = junction(pieces, decisive=decisive)
        if not columns:
            return found
        known = all_of([is_known(column) for column in columns])
        made = as_column(found, "boolean").value
        return Column("boolean", ibis.ifelse(known, made, null("boolean")), known, waiting_of(columns))

    return call


COMPILED: dict[str, Callable[[Arguments], Piece]] = {
    "not": _negated,
    "starts with": _of_strings(lambda text, match: text.startswith(match)),
    "ends with": _of_strings(lambda text, match: text.endswith(match)),
    "contains": _of_strings(lambda text, match: text.contains(match)),
    "substring": _substring,
    "string": _text,
    "string join": _join,
    "years and months duration": _months,
    "date": _date,
    "abs": _absolute,
    "min": _extreme("<"),
    "max": _extreme(">"),
    "sum": _sum,
    "count": _count,
    "list contains": _list_contains,
    "all": _decide(decisive=False),
    "any": _decide(decisive=True),
}
"""What compiles. The rest is refused: databases differ on case beyond ASCII, on regular expressions, on rounding."""
