"""What no fact can change is evaluated while compiling, by the evaluator itself."""

from collections.abc import Mapping

from yimen.dmn.batch.functions import NOT_REPLAYABLE
from yimen.dmn.batch.pieces import Constant, Piece
from yimen.dmn.batch.refusal import NotCompilable
from yimen.dmn.errors import FeelSyntaxError
from yimen.dmn.feel import ast
from yimen.dmn.feel.compile import compile_expression
from yimen.dmn.feel.scope import Local, Scope
from yimen.dmn.silent import Silent
from yimen.dmn.values import Function

ROUNDS = 100_000


class _Bounded(Silent):
    """Answers every question with null, but counts rounds."""

    def __init__(self) -> None:
        self._rounds = 0

    def work(self, rounds: int = 1) -> None:
        """Give up past a bound."""
        self._rounds += rounds
        if self._rounds > ROUNDS:
            raise NotCompilable("常量要算太多轮。", "请缩小范围，或把结果直接写出。")


def evaluated(node: ast.Expr, scope: Scope, local: Mapping[str, Piece]) -> Constant | None:
    """Return the value of an expression that is the same for all rows; None where it may differ, or is a function."""
    used = names(node)
    if used & NOT_REPLAYABLE or not all(_is_fixed(name, scope, local) for name in used):
        return None
    given = {name: piece.value for name, piece in local.items() if isinstance(piece, Constant)}
    try:
        value = compile_expression(node, scope).code(_Bounded(), given)
    except RecursionError as error:
        raise NotCompilable("常量的计算没有尽头。", "请检查递归。") from error
    except FeelSyntaxError as error:  # in a model loaded leniently
        raise NotCompilable(f"表达式有误：{error.what}", "请先改正模型。") from error
    return None if isinstance(value, Function) else Constant(value)


def _is_fixed(name: str, scope: Scope, local: Mapping[str, Piece]) -> bool:
    """Tell whether a name means the same in all rows: a built-in, a variable of the expression, or bound to such."""
    symbol = scope.symbols.get(name)
    return symbol is None or (isinstance(symbol, Local) and isinstance(local.get(name), Constant))


def names(node: object) -> frozenset[str]:
    """Return all names in an expression, its own variables included."""
    if isinstance(node, ast.Name):
        return frozenset([node.name])
    if isinstance(node, tuple):
        return frozenset().union(*map(names, node))
    fields = getattr(node, "__dataclass_fields__", {})
    return frozenset().union(*(names(getattr(node, one)) for one in fields))
