"""A decision model as read: declarations, and its decisions compiled; immutable (DMN 1.5, chapters 6–8 and 10.2)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal as OneOf

from yimen.dmn.errors import Problem
from yimen.dmn.feel import ast
from yimen.dmn.feel.code.base import Code, Compiled
from yimen.dmn.feel.scope import Apart, Defined, Input, Scope
from yimen.dmn.feel.types import Type
from yimen.dmn.outcome import Outcome

Plan = Callable[[dict[str, object]], Outcome | None]
"""Decides on facts at hand; None where it does not know how."""


@dataclass(frozen=True, slots=True)
class KnowledgeSource:
    """Where a decision's authority comes from (依据): a clause, its text, and its address where it has one."""

    id: str
    name: str
    text: str = ""
    uri: str = ""


@dataclass(frozen=True, slots=True)
class LiteralExpression:
    """Logic as one FEEL expression; `type` is the type written on it, empty where none is."""

    text: str
    line: int
    type: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of a table: the texts of its input entries and output entries, in the columns' order; its annotations."""

    id: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    line: int
    annotations: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class InputColumn:
    """An input column: its expression, the type written on it (empty where none is), its allowed values as written."""

    text: str
    type: str = ""
    allowed: str | None = None


@dataclass(frozen=True, slots=True)
class Column:
    """An output column: its name (empty for a single one), default output entry, and allowed outputs as written."""

    name: str
    default: str | None
    allowed: str | None


@dataclass(frozen=True, slots=True)
class DecisionTable:
    """Logic as a table. `hit_policy` has the aggregation after it, as in `COLLECT SUM`."""

    hit_policy: str
    inputs: tuple[InputColumn, ...]
    outputs: tuple[Column, ...]
    rules: tuple[Rule, ...]
    line: int
    type: str = ""


@dataclass(frozen=True, slots=True)
class Parameter:
    """A function's parameter, or the variable of a context entry or iteration."""

    name: str
    type: str = ""


@dataclass(frozen=True, slots=True)
class BoxedContext:
    """Entries that see the earlier ones; with a `result`, the whole is that (10.2.1.4)."""

    entries: tuple[tuple[Parameter, "Expression"], ...]
    result: "Expression | None"
    line: int
    type: str = ""


@dataclass(frozen=True, slots=True)
class BoxedList:
    """A list of expressions (10.2.1.5)."""

    items: tuple["Expression", ...]
    line: int
    type: str = ""


@dataclass(frozen=True, slots=True)
class Relation:
    """A list of contexts written as a table: rows of expressions under column names (10.2.1.6)."""

    columns: tuple[str, ...]
    rows: tuple[tuple["Expression", ...], ...]
    line: int
    type: str = ""


@dataclass(frozen=True, slots=True)
class FunctionDefinition:
    """A function: its parameters and its body (10.2.1.7)."""

    parameters: tuple[Parameter, ...]
    body: "Expression"
    line: int
    type: str = ""


@dataclass(frozen=True, slots=True)
class Invocation:
    """A call of a function with its arguments by name (10.2.1.3)."""

    function: "Expression"
    bindings: tuple[tuple[str, "Expression"], ...]
    line: int
    type: str = ""


@dataclass(frozen=True, slots=True)
class Conditional:
    """`if` in boxes (10.2.1.8)."""

    condition: "Expression"
    then: "Expression"
    otherwise: "Expression"
    line: int
    type: str = ""


@dataclass(frozen=True, slots=True)
class BoxedFilter:
    """A filter in boxes (10.2.1.9)."""

    base: "Expression"
    condition: "Expression"
    line: int
    type: str = ""


@dataclass(frozen=True, slots=True)
class Iteration:
    """`for`, `some` and `every` in boxes (10.2.1.10)."""

    kind: OneOf["for", "some", "every"]
    variable: str
    over: "Expression"
    body: "Expression"
    line: int
    type: str = ""


@dataclass(frozen=True, slots=True)
class NoLogic:
    """A decision without logic: it is null, and says so."""

    line: int
    type: str = ""


Expression = (
    LiteralExpression
    | DecisionTable
    | BoxedContext
    | BoxedList
    | Relation
    | FunctionDefinition
    | Invocation
    | Conditional
    | BoxedFilter
    | Iteration
    | NoLogic
)


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision (决定): its wording, its authority, what it requires, and its logic.

    `requires` are the names of required decisions and input data, in the order written. `key` is its name, after that
    of the import it comes from. `tree` is its logic as read, the names in it meaning what `scope` says. `line` is where
    it is declared in its own document.
    """

    id: str
    key: str
    name: str
    label: str
    description: str
    sources: tuple[KnowledgeSource, ...]
    requires: tuple[str, ...]
    type: Type
    tree: ast.Expr
    scope: Scope
    compiled: Compiled
    line: int = 0

    @property
    def facts(self) -> frozenset[str]:
        """Return the dotted names of the facts this decision can reach."""
        return self.compiled.facts


@dataclass(frozen=True, slots=True)
class DecisionService:
    """A part of a model to be called as one function: keys of decisions given and put out, input data (6.2.5)."""

    key: str
    name: str
    outputs: tuple[str, ...]
    input_decisions: tuple[str, ...]
    inputs: tuple[str, ...]
    type: Type


@dataclass(frozen=True, slots=True)
class Model:
    """A model ready to evaluate: its own decisions and services by name.

    `functions` are its business knowledge models, `inputs` the input data; `types` maps each fact to its type. `by_key`
    holds imported decisions too. `lines` tells where each of its elements and facts is declared. `flaws` are the pieces
    that count as null because they are broken: none, unless the model was loaded leniently.
    """

    name: str
    namespace: str
    inputs: Mapping[str, Input]
    types: Mapping[str, Type]
    decisions: Mapping[str, Decision]
    services: Mapping[str, DecisionService] = field(default_factory=dict)
    by_key: Mapping[str, Decision] = field(default_factory=dict)
    services_by_key: Mapping[str, DecisionService] = field(default_factory=dict)
    functions: Mapping[str, Defined] = field(default_factory=dict)
    lines: Mapping[str, int] = field(default_factory=dict)
    flaws: tuple[Problem, ...] = ()
    plans: dict[str, Plan] = field(default_factory=dict, repr=False, compare=False)
    """Remembered: the quick way of each decision that has been evaluated, by name."""
    codes: dict[str, Code] = field(default_factory=dict, repr=False, compare=False)
    """Remembered: the code of a decision over masks where its logic is a table, by key."""
    masked: dict[int, object] = field(default_factory=dict, repr=False, compare=False)
    """Remembered: tables over masks, by the table's identity."""
    apart: dict[int, Apart] = field(default_factory=dict, repr=False, compare=False)
    """Remembered: which rows of a table are never hit together, by the table's identity."""
