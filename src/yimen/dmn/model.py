"""A decision model as read: declarations only, immutable, and compiled alongside (DMN 1.5, chapters 6–8)."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from yimen.dmn.feel.compiler import Compiled
from yimen.dmn.feel.scope import Input


@dataclass(frozen=True, slots=True)
class KnowledgeSource:
    """Where a decision's authority comes from (依据): a clause, and its address where it has one."""

    id: str
    name: str
    uri: str = ""


@dataclass(frozen=True, slots=True)
class LiteralExpression:
    """A decision's logic as one FEEL expression."""

    text: str
    line: int


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of a table: the texts of its input entries and output entries, in the columns' order."""

    id: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    line: int


@dataclass(frozen=True, slots=True)
class DecisionTable:
    """A decision's logic as a table. `outputs` are the columns' names, a single one may be empty.

    `defaults` are the expressions of the outputs' default entries, None where a column has none.
    """

    hit_policy: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    defaults: tuple[str | None, ...]
    rules: tuple[Rule, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision (决定): its wording, its authority, what it requires, and its logic.

    `requires` are the names of required decisions and input data, in the order written.
    """

    id: str
    name: str
    label: str
    description: str
    sources: tuple[KnowledgeSource, ...]
    requires: tuple[str, ...]
    type: str
    logic: LiteralExpression | DecisionTable
    compiled: Compiled

    @property
    def facts(self) -> frozenset[str]:
        """Return the dotted names of the facts this decision can reach."""
        return self.compiled.facts


@dataclass(frozen=True, slots=True)
class Model:
    """A model ready to evaluate. `decisions` in an order in which each comes after those it requires.

    `services` maps a decision service to its output decisions. `types` maps each fact to the name of its type.
    """

    name: str
    namespace: str
    inputs: Mapping[str, Input]
    types: Mapping[str, str]
    decisions: Mapping[str, Decision]
    services: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
