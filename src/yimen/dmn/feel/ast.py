"""The tree of decision logic: a closed union of frozen nodes. `at` is the column the node begins at, from one.

A box means what its text would: boxed contexts, lists, calls, conditions and loops are the nodes of the expressions
they stand for. What no text can say has nodes of its own: tables, types made to conform, where a text is written.
"""

from dataclasses import dataclass
from typing import Literal as OneOf

from yimen.dmn.feel.types import ANY, Type


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
    """`{a: 1, b: a + 1}`; later entries see earlier ones. With a `result` (only in boxes) the whole is that."""

    entries: tuple[tuple[str, "Expr"], ...]
    at: int
    result: "Expr | None" = None


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
    """`a[b]`: an index or a condition. In boxes a condition that is no truth value makes the whole null."""

    base: "Expr"
    condition: "Expr"
    at: int
    is_boxed: bool = False


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
    """`if a then b else c`. In boxes a condition that is no truth value makes the whole null."""

    condition: "Expr"
    then: "Expr"
    otherwise: "Expr"
    at: int
    is_boxed: bool = False


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


@dataclass(frozen=True, slots=True)
class GivenType:
    """A type looked up already, as by a box's typeRef."""

    type: Type


TypeExpr = GivenType | NamedType | ListTypeOf | RangeTypeOf | ContextTypeOf | FunctionTypeOf


@dataclass(frozen=True, slots=True)
class InstanceOf:
    """`a instance of type`."""

    value: "Expr"
    type: TypeExpr
    at: int


@dataclass(frozen=True, slots=True)
class FunctionOf:
    """`function(a: type, b) body`; a parameter without a type has None. Only boxes say what type its `result` is of."""

    parameters: tuple[str, ...]
    types: tuple[TypeExpr | None, ...]
    body: "Expr"
    at: int
    result: Type = ANY


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


@dataclass(frozen=True, slots=True)
class Written:
    """An expression or unary tests as the document writes them: the text, its line, and the tree it was read as."""

    text: str
    line: int
    tree: "Expr"


@dataclass(frozen=True, slots=True)
class Typed:
    """A value made to conform to a type."""

    value: "Expr"
    type: Type


@dataclass(frozen=True, slots=True)
class Rule:
    """A row of a table: a test or None (`-`) and an output for each column, and what is remarked on it."""

    id: str
    tests: tuple[Written | None, ...]
    outputs: tuple[Written, ...]
    line: int
    annotations: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Output:
    """An output column: its name (empty for a single one), its default, and the list of its allowed values."""

    name: str
    default: Written | None
    allowed: Written | None


@dataclass(frozen=True, slots=True)
class Table:
    """A decision table. `hit_policy` has the aggregation after it, as in `COLLECT SUM`.

    `domains` are, by input column, the type written on it and the tests its values pass; they bind no evaluation.
    """

    hit_policy: str
    inputs: tuple[Written, ...]
    outputs: tuple[Output, ...]
    rules: tuple[Rule, ...]
    line: int
    domains: tuple[tuple[Type, Written | None], ...] = ()


@dataclass(frozen=True, slots=True)
class NoLogic:
    """Nothing is written, or (`is_broken`) what is written cannot be read: it is null, and says so."""

    line: int
    is_broken: bool = False


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
    | Written
    | Typed
    | Table
    | NoLogic
)
