"""Decisions over facts that may be unknown: DMN models with FEEL, evaluated lazily and in three values (决策引擎).

Stands alone: nothing of the platform, no Django. `load` a model, `evaluate` one of its decisions:

    model = dmn.load(Path("rules.dmn"))
    outcome = dmn.evaluate(model, "eligible", {"person.birth_date": "1942-03-01"})
    outcome.value, outcome.determined, outcome.missing

Law: an outcome determined with some facts unknown is the same for every completion of those facts.
"""

from collections.abc import Mapping

from yimen.dmn.analysis import Finding, Report, Severity, analyse
from yimen.dmn.errors import CircularDecision, EngineError, FeelSyntaxError, ModelError, Problem, UnknownDecision
from yimen.dmn.evaluate import evaluate
from yimen.dmn.explanation import Change, Explanation, NearMiss, Reason, explain, near_misses, reasons
from yimen.dmn.feel.types import Restricted, shown
from yimen.dmn.inputs import Inputs
from yimen.dmn.model import Decision, DecisionService, KnowledgeSource, Model
from yimen.dmn.notes import Note, NoteKind
from yimen.dmn.outcome import Outcome
from yimen.dmn.read import load
from yimen.dmn.trace import TraceNode
from yimen.dmn.values import UNKNOWN, Range, YearsMonths


def facts_of(model: Model, name: str) -> tuple[str, ...]:
    """Return the facts a decision or decision service can reach, by name.

    Raises:
        UnknownDecision: the model has none of this name.
    """
    if name in model.decisions:
        return tuple(sorted(model.decisions[name].facts))
    if name in model.services:
        outputs = (model.by_key[key].facts for key in model.services[name].outputs)
        return tuple(sorted(frozenset().union(*outputs)))
    raise UnknownDecision(f"模型“{model.name}”中没有决策“{name}”。")


def fact_types(model: Model) -> Mapping[str, str]:
    """Return the type each fact is declared with, by dotted name; what values are allowed is left out."""
    return {name: shown(type_.base if isinstance(type_, Restricted) else type_) for name, type_ in model.types.items()}


__all__ = [
    "UNKNOWN",
    "Change",
    "CircularDecision",
    "Decision",
    "DecisionService",
    "EngineError",
    "Explanation",
    "FeelSyntaxError",
    "Finding",
    "Inputs",
    "KnowledgeSource",
    "Model",
    "ModelError",
    "NearMiss",
    "Note",
    "NoteKind",
    "Outcome",
    "Problem",
    "Range",
    "Reason",
    "Report",
    "Severity",
    "TraceNode",
    "UnknownDecision",
    "YearsMonths",
    "analyse",
    "evaluate",
    "explain",
    "fact_types",
    "facts_of",
    "load",
    "near_misses",
    "reasons",
]
