"""Which way a decision is decided: generated, over masks, or as written."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial

from yimen.dmn import reference
from yimen.dmn.fast.expressions import NoWay
from yimen.dmn.fast.flow import flowing
from yimen.dmn.fast.run import Quick
from yimen.dmn.fast.source import written
from yimen.dmn.inputs import Inputs
from yimen.dmn.model import Model, Plan
from yimen.dmn.outcome import Outcome, Story, Teller
from yimen.dmn.undisturbed import undisturbed
from yimen.dmn.values import UNKNOWN


def made(model: Model, name: str) -> Plan:
    """Return the generated way of a decision, made on first need; one that never knows how where there is none."""
    plan: Plan = _none
    if name in model.by_key and name not in model.services:
        decision = model.by_key[name]
        try:
            with undisturbed():
                partly = flowing(model, decision, partial(_partly, model, name))
                plan = written(model, decision, partial(_known, model, name), otherwise=partly)
        except (NoWay, RecursionError):
            plan = _none
    model.plans[name] = plan
    return plan


def _none(inputs: dict[str, object]) -> Outcome | None:
    del inputs
    return None


def _known(model: Model, name: str, paths: tuple[str, ...]) -> Teller:
    """Return who tells the story of an outcome from the values it came of: they give the same again."""

    def tell(values: object) -> Story:
        assert isinstance(values, tuple)
        return evaluate(model, name, dict(zip(paths, values, strict=True))).story

    return tell


def _partly(model: Model, name: str, paths: tuple[str, ...]) -> Teller:
    """Return the same for an outcome some of whose facts are unknown.

    What was settled case by case is open in the story's parts; the whole is told as it was settled.
    """

    def tell(told: object) -> Story:
        assert isinstance(told, tuple)
        value, values = told
        story = evaluate(model, name, dict(zip(paths, values, strict=True))).story
        if value is UNKNOWN or story.trace.determined:
            return story
        return replace(story, trace=replace(story.trace, value=value, determined=True))

    return tell


def evaluate(model: Model, name: str, inputs: Inputs | Mapping[str, object]) -> Outcome:
    """Evaluate over masks; as written where facts cost, for what is read then depends on every row.

    Raises:
        UnknownDecision: the model has none of this name.
    """
    run = Quick(model, inputs)
    return reference.evaluate(model, name, inputs) if run.is_priced else reference.decided(run, name)
