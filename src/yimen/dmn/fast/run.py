"""An evaluation that decides its tables over masks, and takes facts of the usual classes as they come."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from yimen.dmn.fast.known import logic_of
from yimen.dmn.fast.tables import MaskedTable, Strange, masked
from yimen.dmn.feel import ast
from yimen.dmn.feel.code.base import Code, Locals
from yimen.dmn.feel.code.calls import conformed
from yimen.dmn.feel.scope import Run
from yimen.dmn.feel.types import Basic, Type
from yimen.dmn.inputs import Inputs
from yimen.dmn.model import Decision, Model
from yimen.dmn.reference import Evaluation
from yimen.dmn.values import NUMBERS

LARGE = 10**NUMBERS.prec
"""Whole numbers below this keep all their digits."""

AS_THEY_ARE: Mapping[type, str] = {str: "string", bool: "boolean", date: "date"}
"""The classes whose values are FEEL's own, with the type each is of."""

_NONE = object()
_UNTYPED = Basic("Any")


class Quick(Evaluation):
    """One evaluation."""

    def __init__(self, model: Model, inputs: Inputs | Mapping[str, object]) -> None:
        """Start with nothing known."""
        super().__init__(model, inputs)
        self._plain = inputs if type(inputs) is dict else {}

    def fact(self, path: str) -> object:
        """Return the fact's value, or an Unknown naming it."""
        asked = self.asked
        if path not in asked:
            value = self._plain.get(path, _NONE)
            type_, class_ = self.model.types.get(path, _UNTYPED), type(value)
            wanted = type_.name if type(type_) is Basic else ""
            if class_ is int and wanted == "number" and -LARGE < value < LARGE:
                value = Decimal(value)
            elif AS_THEY_ARE.get(class_) != wanted:
                return super().fact(path)
            asked[path] = value
        self.frame.facts[path] = asked[path]
        return asked[path]

    def logic(self, decision: Decision) -> object:
        """Return what the decision's logic gives, a table's over masks."""
        code = self.model.codes.get(decision.key)
        if code is None:
            code = self.model.codes[decision.key] = _code(self.model, decision)
        return code(self, {})


def _code(model: Model, decision: Decision) -> Code:
    tree, types = logic_of(decision)
    table = masked(model, tree, decision.scope) if isinstance(tree, ast.Table) else None
    if table is None:
        return decision.compiled.code
    return _masked_code(table, types[1:], decision)


def _masked_code(table: MaskedTable, types: list[Type], decision: Decision) -> Code:
    """Return the code of a table over masks that turns to the rows one by one where a value is strange.

    A column that is computed may make a remark, and row by row it is made for every row; that, too, is left to them.
    Remarks on facts and on other decisions stay: those are not evaluated again.
    """
    place = decision.scope.place

    def code(run: Run, local: Locals) -> object:
        assert isinstance(run, Evaluation)
        told = len(run.notes)
        try:
            value = table.value(run, local)
        except Strange:
            run.notes[told:] = [one for one in run.notes[told:] if one.place.partition("：")[0] != place]
            return decision.compiled.code(run, local)
        for type_ in reversed(types):
            value = conformed(value, type_, run, place)
        return value

    return code
