"""The tree of a FEEL expression: a closed union of frozen nodes. `at` is the column the node begins at, from one."""

from dataclasses import dataclass
from typing import Literal as OneOf


@dataclass(frozen=True, slots=True)
class Literal:
    """A number, string, boolean, null or temporal literal."""

    value: object
    at: int


@dataclass(frozen=True, slots=True)
class Name:
    """A name in scope, its spaces made single."""

    name: str
    at: int


@dataclass(frozen=True, slots=True)
class ListOf:
    """`[a, b]`."""

    items: tuple["Expr", ...]
    at: int


@dataclass(frozen=True, slots=True)
class ContextOf:
    """`{a: 1, b: a + 1}`; later entries see earlier ones."""

    entries: tuple[tuple[str, "Expr"], ...]
    at: int


@dataclass(frozen=True, slots=True)
class RangeOf:
    """`[a..b]`, `(a..b]` and their kin; an end of None is open to that side."""

    low: "Expr | None"
    high: "Expr | None"
    low_included: bool
    high_included: bool
    at: int


@dataclass(frozen=True, slots=True)
class Path:
    """`a.b`."""

    base: "Expr"
    name: str
    at: int


@dataclass(frozen=True, slots=True)
class Filter:
    """`a[b]`: an index or a condition."""

    base: "Expr"
    condition: "Expr"
    at: int


@dataclass(frozen=True, slots=True)
class Call:
    """`f(a, b)` or `f(x: a, y: b)`; `names` is empty for arguments by place."""

    function: "Expr"
    arguments: tuple["Expr", ...]
    names: tuple[str, ...]
    at: int


@dataclass(frozen=True, slots=True)
class Negate:
    """`-a`."""

    operand: "Expr"
    at: int


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """`a + b` and its kin."""

    operator: OneOf["+", "-", "*", "/", "**"]
    left: "Expr"
    right: "Expr"
    at: int


@dataclass(frozen=True, slots=True)
class Compare:
    """`a = b` and its kin."""

    operator: OneOf["=", "!=", "<", "<=", ">", ">="]
    left: "Expr"
    right: "Expr"
    at: int


@dataclass(frozen=True, slots=True)
class Between:
    """`a between b and c`."""

    value: "Expr"
    low: "Expr"
    high: "Expr"
    at: int


@dataclass(frozen=True, slots=True)
class In:
    """`a in tests`."""

    value: "Expr"
    tests: "UnaryTests"
    at: int


@dataclass(frozen=True, slots=True)
class Junction:
    """A whole chain of `and`, or of `or`."""

    operator: OneOf["and", "or"]
    operands: tuple["Expr", ...]
    at: int


@dataclass(frozen=True, slots=True)
class If:
    """`if a then b else c`."""

    condition: "Expr"
    then: "Expr"
    otherwise: "Expr"
    at: int


@dataclass(frozen=True, slots=True)
class Iterator:
    """`x in list`, or `x in 1..10` where `until` is given."""

    name: str
    over: "Expr"
    until: "Expr | None"


@dataclass(frozen=True, slots=True)
class For:
    """`for x in a return b`."""

    iterators: tuple[Iterator, ...]
    result: "Expr"
    at: int


@dataclass(frozen=True, slots=True)
class Quantified:
    """`some x in a satisfies b`, `every x in a satisfies b`."""

    quantifier: OneOf["some", "every"]
    iterators: tuple[Iterator, ...]
    condition: "Expr"
    at: int


@dataclass(frozen=True, slots=True)
class NamedType:
    """A type by its name: one FEEL knows, or an item definition."""

    name: str
    at: int


@dataclass(frozen=True, slots=True)
class ListTypeOf:
    """`list<type>`."""

    item: "TypeExpr"


@dataclass(frozen=True, slots=True)
class RangeTypeOf:
    """`range<type>`."""

    item: "TypeExpr"


@dataclass(frozen=True, slots=True)
class ContextTypeOf:
    """`context<a: type, b: type>`."""

    entries: tuple[tuple[str, "TypeExpr"], ...]


@dataclass(frozen=True, slots=True)
class FunctionTypeOf:
    """`function<type, type> -> type`."""

    parameters: tuple["TypeExpr", ...]
    result: "TypeExpr"


TypeExpr = NamedType | ListTypeOf | RangeTypeOf | ContextTypeOf | FunctionTypeOf


@dataclass(frozen=True, slots=True)
class InstanceOf:
    """`a instance of type`."""

    value: "Expr"
    type: TypeExpr
    at: int


@dataclass(frozen=True, slots=True)
class FunctionOf:
    """`function(a: type, b) body`; a parameter without a type has None."""

    parameters: tuple[str, ...]
    types: tuple[TypeExpr | None, ...]
    body: "Expr"
    at: int


@dataclass(frozen=True, slots=True)
class Test:
    """One unary test: an operator with its operand, or a bare expression (`operator` is None)."""

    operator: OneOf["=", "!=", "<", "<=", ">", ">="] | None
    operand: "Expr"
    at: int


@dataclass(frozen=True, slots=True)
class UnaryTests:
    """`-` (no tests: anything), `a, b`, `not(a, b)`."""

    tests: tuple[Test, ...]
    is_negated: bool
    at: int


Expr = (
    Literal
    | Name
    | ListOf
    | ContextOf
    | RangeOf
    | Path
    | Filter
    | Call
    | Negate
    | Arithmetic
    | Compare
    | Between
    | In
    | Junction
    | If
    | For
    | Quantified
    | InstanceOf
    | FunctionOf
    | UnaryTests
)
