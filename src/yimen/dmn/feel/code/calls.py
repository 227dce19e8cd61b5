"""Calls: of built-in functions, of functions as values, and the functions that expressions and models define."""

from collections.abc import Sequence

from yimen.dmn.feel.bounds import METER, SHIFT, effort
from yimen.dmn.feel.code.base import Compiled, Locals, facts_of
from yimen.dmn.feel.code.subject import Subject
from yimen.dmn.feel.functions import Builtin
from yimen.dmn.feel.scope import Run
from yimen.dmn.feel.types import ANY, FunctionType, Type, conform, is_subtype
from yimen.dmn.notes import NoteKind
from yimen.dmn.values import Function, Unknown, unknowns


def builtin_call(builtin: Builtin, arguments: Sequence[Compiled], names: tuple[str, ...], place: str) -> Compiled:
    """Return the code that calls a built-in once every argument is known."""
    codes = [argument.code for argument in arguments]

    def code(run: Run, local: Locals) -> object:
        values = tuple(one(run, local) for one in codes)
        waiting = builtin.waits_for(values)
        if waiting is not None:
            return Unknown(waiting)
        run.work(sum(len(value) >> SHIFT for value in values if isinstance(value, str | list)))
        before = METER.steps
        result = builtin.result(values, names)
        run.work(effort(result) + (METER.steps - before >> SHIFT))
        if result is None:
            run.note(NoteKind.NO_RESULT, f"{place}：函数 {builtin.name}", values)
        return result

    return Compiled(code, facts_of(arguments))


def as_value(builtin: Builtin) -> Function:
    """Return a built-in as a value."""

    def call(*arguments: object) -> object:
        waiting = builtin.waits_for(arguments)
        return builtin.result(arguments) if waiting is None else Unknown(waiting)

    names = tuple(name.rstrip("?") for name in builtin.signatures[0])
    return Function(names, call, is_variadic=True)


def value_call(function: Compiled, arguments: Sequence[Compiled], names: tuple[str, ...], place: str) -> Compiled:
    """Return the code that calls whatever function a value is; null, with a note, where it is none."""

    def code(run: Run, local: Locals) -> object:
        value = function.code(run, local)
        if isinstance(value, Unknown):
            return value
        if not isinstance(value, Function):
            run.note(NoteKind.NOT_A_FUNCTION, place, (value,))
            return None
        if names and set(names) != set(value.parameters):
            run.note(NoteKind.NOT_A_FUNCTION, place, names)
            return None
        if not value.is_variadic and len(arguments) != len(value.parameters):
            run.note(NoteKind.NOT_A_FUNCTION, place, (len(arguments),))
            return None
        values = [argument.code(run, local) for argument in arguments]
        if names:
            given = dict(zip(names, values, strict=True))
            values = [given[name] for name in value.parameters]
        return value.call(*values)

    return Compiled(code, function.facts | facts_of(arguments))


def function(parameters: Sequence[tuple[str, Type]], body: Compiled, result: Type, place: str) -> Compiled:
    """Return the code of a function: it sees its parameters, made to conform, and what surrounds its definition."""
    names = tuple(name for name, _ in parameters)
    type_ = FunctionType(tuple(of for _, of in parameters), result)

    def code(run: Run, local: Locals) -> object:
        def call(*values: object) -> object:
            run.work()
            inner = dict(local)
            for (name, of), value in zip(parameters, values, strict=True):
                kept = inner[name] = conformed(value, of, run, f"{place}：{name}")
                if kept is None and value is not None:
                    return None
            return body.code(run, inner)

        return Function(names, call, lambda wanted: _fits(type_, wanted))

    return Compiled(code, body.facts)


def _fits(type_: FunctionType, wanted: object) -> bool:
    return isinstance(wanted, FunctionType) and is_subtype(type_, wanted)


def conformed(value: object, type_: Type, run: Run, place: str) -> object:
    """Return the value as the type wants it; null, with a note, where it cannot be (10.3.2.9.4).

    A value unknown in part is unknown: one part of the wrong type makes the whole null.
    """
    if type_ == ANY or value is None or (isinstance(value, Subject) and value.type == type_):
        return value
    waiting = unknowns(value)
    if waiting is not None:
        return Unknown(waiting)
    kept = conform(value, type_)
    if kept is None:
        run.note(NoteKind.WRONG_TYPE, place, (value,))
    return kept


def typed(piece: Compiled, type_: Type, place: str) -> Compiled:
    """Return the code whose value is made to conform to a type."""
    if type_ == ANY:
        return piece
    return Compiled(lambda run, local: conformed(piece.code(run, local), type_, run, place), piece.facts)
