"""Evaluate a decision on facts that are asked for one by one, as it needs them."""

from collections.abc import Mapping

from yimen.dmn.fast import plan
from yimen.dmn.inputs import Inputs
from yimen.dmn.model import Model
from yimen.dmn.outcome import Outcome


def evaluate(model: Model, name: str, inputs: Inputs | Mapping[str, object]) -> Outcome:
    """Evaluate the decision, decision service or business knowledge model of this name.

    `inputs` maps dotted fact names (or input data) to values; what is absent is unknown. Each fact is asked once. A
    service's input decisions are asked for like facts, by their names, and so are a function's parameters; several
    outputs come as a context. A decision of an imported model has its name after that of the import.

    Raises:
        UnknownDecision: the model has none of this name.
    """
    if type(inputs) is dict:
        try:
            quick = model.plans[name]
        except KeyError:
            quick = plan.made(model, name)
        outcome = quick(inputs)
        if outcome is not None:
            return outcome
    return plan.evaluate(model, name, inputs)
