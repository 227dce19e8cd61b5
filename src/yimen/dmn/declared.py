"""What a document declares, before names are resolved and expressions compiled."""

from dataclasses import dataclass

from yimen.dmn.model import Expression, FunctionDefinition, KnowledgeSource


@dataclass(frozen=True, slots=True)
class TypeDeclared:
    """An item definition or a component of one. `allowed` and `constraint` are unary tests as written, or empty.

    `allowed` holds for each item of a collection, `constraint` for the collection. `function` are the types of a
    function's parameters and result.
    """

    name: str
    base: str
    parts: tuple["TypeDeclared", ...]
    is_collection: bool
    allowed: str
    constraint: str
    function: tuple[tuple[str, ...], str] | None
    line: int


@dataclass(frozen=True, slots=True)
class InputDeclared:
    """An input data."""

    id: str
    name: str
    type: str
    line: int


@dataclass(frozen=True, slots=True)
class FunctionDeclared:
    """A business knowledge model: a function others may call."""

    id: str
    name: str
    type: str
    requires: tuple[str, ...]
    logic: FunctionDefinition | None
    line: int


@dataclass(frozen=True, slots=True)
class DecisionDeclared:
    """A decision. `requires` are references to decisions, input data and business knowledge (`#id`, `namespace#id`)."""

    id: str
    name: str
    label: str
    description: str
    sources: tuple[KnowledgeSource, ...]
    requires: tuple[str, ...]
    type: str
    logic: Expression
    line: int


@dataclass(frozen=True, slots=True)
class ServiceDeclared:
    """A decision service; all references as in requirements."""

    id: str
    name: str
    type: str
    outputs: tuple[str, ...]
    input_decisions: tuple[str, ...]
    inputs: tuple[str, ...]
    requires: tuple[str, ...]
    line: int


@dataclass(frozen=True, slots=True)
class ImportDeclared:
    """Another model used here under a name (an empty name: without prefix)."""

    name: str
    namespace: str
    line: int


Element = InputDeclared | FunctionDeclared | DecisionDeclared | ServiceDeclared


@dataclass(frozen=True, slots=True)
class Declarations:
    """Everything a document declares; `members` are all names that may stand after a dot somewhere in it."""

    name: str
    namespace: str
    types: tuple[TypeDeclared, ...]
    elements: tuple[Element, ...]
    imports: tuple[ImportDeclared, ...]
    members: frozenset[str]
