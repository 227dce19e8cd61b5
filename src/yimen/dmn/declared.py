"""What a document declares, before names are resolved and expressions compiled."""

from collections.abc import Mapping
from dataclasses import dataclass

from yimen.dmn.model import DecisionTable, KnowledgeSource, LiteralExpression


@dataclass(frozen=True, slots=True)
class TypeDeclared:
    """An item definition or a component of one."""

    name: str
    base: str
    parts: tuple["TypeDeclared", ...]
    is_collection: bool


@dataclass(frozen=True, slots=True)
class InputDeclared:
    """An input data."""

    name: str
    type: str
    line: int


@dataclass(frozen=True, slots=True)
class FunctionDeclared:
    """A business knowledge model: a function others may call."""

    name: str
    parameters: tuple[str, ...]
    requires: tuple[str, ...]
    body: LiteralExpression
    line: int


@dataclass(frozen=True, slots=True)
class DecisionDeclared:
    """A decision with its logic as text."""

    id: str
    name: str
    label: str
    description: str
    sources: tuple[KnowledgeSource, ...]
    requires: tuple[str, ...]
    type: str
    logic: LiteralExpression | DecisionTable
    line: int


@dataclass(frozen=True, slots=True)
class Declarations:
    """Everything a document declares."""

    name: str
    namespace: str
    types: tuple[TypeDeclared, ...]
    inputs: tuple[InputDeclared, ...]
    functions: tuple[FunctionDeclared, ...]
    decisions: tuple[DecisionDeclared, ...]
    services: Mapping[str, tuple[str, ...]]
