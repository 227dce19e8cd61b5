"""What a written rule may say: one condition over the table's own fields, and nothing that reaches beyond them."""

from collections.abc import Collection

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from yimen.core.errors import Invalid

LONGEST = 1000
MOST_PARTS = 300
LOGIC = (exp.And, exp.Or, exp.Not, exp.Paren, exp.Case, exp.If, exp.Coalesce, exp.Nullif)
COMPARED = (
    *(exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.Between, exp.In, exp.Is, exp.Like, exp.ILike),
    *(exp.NullSafeEQ, exp.NullSafeNEQ, exp.RegexpLike, exp.RegexpFullMatch, exp.StartsWith, exp.EndsWith),
    *(exp.Contains, exp.Tuple),
)
VALUES = (exp.Column, exp.Identifier, exp.Literal, exp.Null, exp.Boolean, exp.DataType, exp.Var)
RECKONED = (exp.Add, exp.Sub, exp.Mul, exp.Div, exp.IntDiv, exp.Mod, exp.Neg, exp.Abs, exp.Round, exp.Floor, exp.Ceil)
TEXTS = (
    *(exp.Length, exp.Upper, exp.Lower, exp.Trim, exp.Substring, exp.Left, exp.Right, exp.DPipe, exp.Replace),
    exp.StrPosition,
)
TIMES = (exp.Year, exp.Month, exp.Day, exp.Extract, exp.DateDiff, exp.DateAdd, exp.Interval, exp.DateFromParts)
READ_AS = (exp.Cast, exp.TryCast)
ALLOWED = frozenset((*LOGIC, *COMPARED, *VALUES, *RECKONED, *TEXTS, *TIMES, *READ_AS))
"""Whatever is not here is refused: statements, subqueries, tables, windows, aggregates, every other function."""


class BadExpression(Invalid):
    """A written rule says what cannot be said."""

    code = "quality.bad-expression"
    title = "规则的条件写得不对。"


def checked(text: str, fields: Collection[str]) -> tuple[str, tuple[str, ...]]:
    """Return the condition as SQL written anew, and the fields it reads in order of first use.

    A cast that fails gives null, as does any other fault over a row: a rule never stops a run.

    Raises:
        BadExpression: it is no single condition over these fields; the sentence says what is wrong.
    """
    tree = _parsed(text)
    read: dict[str, None] = {}
    for node in tree.walk():
        if type(node) not in ALLOWED:
            raise BadExpression(f"不能使用 {_called(node)}。只能写对字段的比较、运算和允许的函数，如 amount >= 0。")
        if isinstance(node, exp.Column):
            if node.table or node.name not in fields:
                raise BadExpression(f"没有字段“{node.name[:60]}”。可用的字段有：{'、'.join(sorted(fields))}。")
            read[node.name] = None
    if not read:
        raise BadExpression("条件里没有用到任何字段。请写明对哪个字段的要求，如 amount >= 0。")
    safe = tree.transform(lambda node: exp.TryCast(**node.args) if type(node) is exp.Cast else node)
    return f"TRY({safe.sql(dialect='duckdb', identify=True, comments=False)})", tuple(read)


def _parsed(text: str) -> exp.Expression:
    if not text.strip():
        raise BadExpression("请写明必须成立的条件，如 amount >= 0。")
    if len(text) > LONGEST:
        raise BadExpression(f"条件有 {len(text)} 个字符，最多 {LONGEST} 个。请拆成几条规则。")
    if "\0" in text:
        raise BadExpression("条件里有无法识别的字符，请删去。")
    try:
        statements = sqlglot.parse(text, read="duckdb")
    except (SqlglotError, RecursionError) as error:
        raise BadExpression("条件不是合法的 SQL 表达式，请检查括号、引号和运算符。") from error
    if len(statements) != 1 or statements[0] is None:
        raise BadExpression("只能写一个条件，不能有分号。")
    tree = statements[0]
    if sum(1 for _ in tree.walk()) > MOST_PARTS:
        raise BadExpression("条件太长，请拆成几条规则。")
    return tree


def _called(node: exp.Expression) -> str:
    if isinstance(node, exp.Anonymous):
        return f"函数 {str(node.this)[:40]}"
    return f"函数 {node.key.upper()}" if isinstance(node, exp.Func) else type(node).__name__.upper()
