"""A FEEL expression as a Python expression, for values that are known, not null and of the types declared.

What cannot be computed raises an ArithmeticError, for the context it runs in traps it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Context, Decimal, DivisionByZero, InvalidOperation, Overflow

from yimen.dmn.feel import ast
from yimen.dmn.feel.scope import Input, Required, Scope, symbol_of
from yimen.dmn.feel.types import ANY, Basic
from yimen.dmn.values import NUMBERS

EXACT = Context(
    prec=NUMBERS.prec,
    rounding=NUMBERS.rounding,
    Emin=NUMBERS.Emin,
    Emax=NUMBERS.Emax,
    traps=[InvalidOperation, DivisionByZero, Overflow],
)
"""As `NUMBERS`, raising where that gives no number."""

LONGEST = 10_000
"""How long a text may be put together here; facts are of any length and are not."""


class NoWay(Exception):
    """There is no Python expression for this one."""


@dataclass(frozen=True, slots=True)
class Term:
    """Python source and what is known of its value.

    `kind` is number, string, boolean or date. `longest` is a text's greatest length, None where that is not known.
    """

    source: str
    kind: str
    longest: int | None = None


@dataclass(slots=True)
class Writer:
    """Writes expressions. Values go into `names`, the namespace the source is run in; none is ever part of its text."""

    names: dict[str, object]
    fact: Callable[[Input], Term]
    decision: Callable[[Required], Term]
    is_exact: bool = False
    variables: int = 0

    def constant(self, value: object) -> str:
        """Return the name of a value."""
        name = f"k{len(self.names)}"
        self.names[name] = value
        return name

    def term(self, node: ast.Expr, scope: Scope) -> Term:
        """Return an expression's source.

        Raises:
            NoWay: it has none.
        """
        match node:
            case ast.Written(_, _, tree):
                return self.term(tree, scope)
            case ast.Typed(value, type_):
                found = self.term(value, scope)
                if type_ not in (ANY, Basic(found.kind)):
                    raise NoWay
                return found
            case ast.Literal(value):
                return self.literal(value)
            case ast.Name() | ast.Path():
                match symbol_of(node, scope):
                    case Input() as symbol:
                        return self.fact(symbol)
                    case Required() as symbol:
                        return self.decision(symbol)
                raise NoWay
            case ast.Arithmetic(operator, left, right):
                return self._arithmetic(operator, self.term(left, scope), self.term(right, scope))
            case ast.Negate(operand):
                self.is_exact = True
                return Term(f"(-{self._number(operand, scope)})", "number")
            case ast.Compare(operator, left, right):
                return self._compared(operator, self.term(left, scope), self.term(right, scope))
            case ast.Between(value, low, high):
                one, least, most = (self.term(part, scope) for part in (value, low, high))
                if one.kind == "boolean":
                    raise NoWay  # truth values are in no order
                held = self.variable("x")  # both ends are reckoned: one that is null makes the whole null
                source = f"((({held} := {one.source}) >= {least.source}) & ({held} <= {most.source}))"
                return self._truth(source, one, least, most)
            case ast.Junction(operator, operands):
                parts = [self._boolean(one, scope) for one in operands]
                return Term(f"({f' {operator} '.join(parts)})", "boolean")
            case ast.If(condition, then, otherwise):
                return self._choice(
                    self._boolean(condition, scope), self.term(then, scope), self.term(otherwise, scope)
                )
            case ast.Call(ast.Name(name), arguments, ()) if name not in scope.symbols:
                return self._call(name, arguments, scope)
            case _:
                raise NoWay

    def literal(self, value: object) -> Term:
        """Return a constant's source.

        Raises:
            NoWay: it is of a kind that is not reckoned with here.
        """
        match value:
            case bool():
                return Term(self.constant(value), "boolean")
            case Decimal():
                return Term(self.constant(value), "number")
            case str():
                return Term(self.constant(value), "string", len(value))
            case date() if type(value) is date:
                return Term(self.constant(value), "date")
            case _:
                raise NoWay

    # --- pieces

    def variable(self, letter: str) -> str:
        """Return a name nothing else has."""
        self.variables += 1
        return f"{letter}{self.variables}"

    def _boolean(self, node: ast.Expr, scope: Scope) -> str:
        return self._of("boolean", node, scope)

    def _number(self, node: ast.Expr, scope: Scope) -> str:
        return self._of("number", node, scope)

    def _of(self, kind: str, node: ast.Expr, scope: Scope) -> str:
        found = self.term(node, scope)
        if found.kind != kind:
            raise NoWay
        return found.source

    def _arithmetic(self, operator: str, left: Term, right: Term) -> Term:
        source = f"({left.source} {operator} {right.source})"
        match left.kind, right.kind, operator:
            case "number", "number", "+" | "-" | "*" | "/":
                self.is_exact = True
                return Term(source, "number")
            case "string", "string", "+" if left.longest is not None and right.longest is not None:
                longest = left.longest + right.longest
                if longest <= LONGEST:
                    return Term(source, "string", longest)
        raise NoWay

    def _compared(self, operator: str, left: Term, right: Term) -> Term:
        if operator not in {"=", "!="} and left.kind == "boolean":
            raise NoWay
        sign = "==" if operator == "=" else operator
        return self._truth(f"({left.source} {sign} {right.source})", left, right)

    def _truth(self, source: str, *parts: Term) -> Term:
        if len({part.kind for part in parts}) > 1:
            raise NoWay
        return Term(source, "boolean")

    def _choice(self, condition: str, then: Term, otherwise: Term) -> Term:
        if then.kind != otherwise.kind:
            raise NoWay
        lengths = [one.longest for one in (then, otherwise) if one.longest is not None]
        longest = max(lengths) if len(lengths) > 1 else None
        return Term(f"({then.source} if {condition} else {otherwise.source})", then.kind, longest)

    def _call(self, name: str, arguments: tuple[ast.Expr, ...], scope: Scope) -> Term:
        match name, arguments:
            case "not", (one,):
                return Term(f"(not {self._boolean(one, scope)})", "boolean")
            case (("max" | "min"), (one, other)):
                first, second = self.variable("x"), self.variable("x")
                left, right = f"({first} := {self._number(one, scope)})", f"({second} := {self._number(other, scope)})"
                sign = "<" if name == "max" else ">"
                return Term(f"({second} if {left} {sign} {right} else {first})", "number")
            case _:
                raise NoWay
