"""From declarations to a model: types to facts, names to symbols, texts to code, in the order of requirements."""

from collections.abc import Iterator, Mapping, Sequence
from graphlib import CycleError, TopologicalSorter

from yimen.dmn.declared import DecisionDeclared, Declarations, FunctionDeclared, TypeDeclared
from yimen.dmn.errors import CircularDecision, FeelSyntaxError, ModelError, Problem
from yimen.dmn.feel.compiler import Compiled, compile_expression, compile_tests
from yimen.dmn.feel.functions import BUILTINS
from yimen.dmn.feel.parser import parse, parse_unary_tests
from yimen.dmn.feel.properties import NAMES as PROPERTIES
from yimen.dmn.feel.scope import Defined, Input, Required, Run, Scope, Symbol
from yimen.dmn.feel.types import is_basic
from yimen.dmn.model import Decision, DecisionTable, Model
from yimen.dmn.tables import POLICIES, Row
from yimen.dmn.values import Function

DEEPEST = 12


def build(declared: Declarations) -> Model:
    """Return the model, its decisions compiled in an order in which each comes after those it requires.

    Raises:
        CircularDecision: a decision or function requires itself.
        ModelError: an expression is broken or uses a name it does not require.
    """
    return _Builder(declared).model()


class _Builder:
    def __init__(self, declared: Declarations) -> None:
        self._declared = declared
        self._types = {one.name: one for one in declared.types}
        self._leaf_types: dict[str, str] = {}
        self._symbols: dict[str, Symbol] = {}
        self._problems: list[Problem] = []
        self._names = {*BUILTINS, *PROPERTIES, *_part_names(declared.types)}

    def model(self) -> Model:
        """Return the model, or raise everything found wrong."""
        declared = self._declared
        inputs = {one.name: self._input(one.name, self._types.get(one.type), one.type) for one in declared.inputs}
        self._symbols.update(inputs)
        parts: dict[str, DecisionDeclared | FunctionDeclared] = {one.name: one for one in declared.functions}
        parts.update({one.name: one for one in declared.decisions})
        decisions: dict[str, Decision] = {}
        for name in self._order(parts):
            one = parts[name]
            if isinstance(one, FunctionDeclared):
                self._symbols[name] = self._function(one)
            else:
                decisions[name] = decision = self._decision(one)
                self._symbols[name] = Required(name, decision.facts)
        if self._problems:
            raise ModelError(self._problems)
        written = {one.name: decisions[one.name] for one in declared.decisions}
        return Model(declared.name, declared.namespace, inputs, self._leaf_types, written, declared.services)

    def _order(self, parts: Mapping[str, DecisionDeclared | FunctionDeclared]) -> Sequence[str]:
        graph = {name: [need for need in one.requires if need in parts] for name, one in parts.items()}
        try:
            return tuple(TopologicalSorter(graph).static_order())
        except CycleError as error:
            circle = list(error.args[1])
            first = parts[circle[0]]
            what = f"循环引用：{' → '.join(circle)}。"
            raise CircularDecision(
                [Problem(first.line, f"decision “{first.name}”", what, "请断开其中一处引用。")]
            ) from error

    def _input(self, path: str, type_: TypeDeclared | None, written: str, depth: int = 0) -> Input:
        """Return the input with the components its type gives it; a collection is one fact, read whole."""
        while type_ is not None and not type_.parts and type_.base in self._types and not type_.is_collection:
            type_, written = self._types[type_.base], type_.base
        if type_ is None or not type_.parts or type_.is_collection or depth > DEEPEST:
            base = written if type_ is None else type_.base
            self._leaf_types[path] = base if is_basic(base) and not (type_ and type_.is_collection) else "Any"
            return Input(path)
        parts = {
            part.name: self._input(
                f"{path}.{part.name}",
                part if part.parts or part.is_collection else self._types.get(part.base),
                part.base,
                depth + 1,
            )
            for part in type_.parts
        }
        return Input(path, parts)

    def _scope(self, requires: Sequence[str], place: str) -> Scope:
        return Scope({name: self._symbols[name] for name in requires if name in self._symbols}, place)

    def _decision(self, one: DecisionDeclared) -> Decision:
        scope = self._scope(one.requires, one.name)
        place = f"decision “{one.name}”"
        if isinstance(one.logic, DecisionTable):
            compiled = self._table(one.logic, scope, place)
        else:
            compiled = self._expression(one.logic.text, scope, one.logic.line, place)
        type_ = one.type if is_basic(one.type) else ""
        return Decision(
            one.id, one.name, one.label, one.description, one.sources, one.requires, type_, one.logic, compiled
        )

    def _function(self, one: FunctionDeclared) -> Defined:
        """Return a business knowledge model: its body sees its parameters and what it requires, not its caller."""
        scope = self._scope(one.requires, one.name).with_locals(*one.parameters)
        body = self._expression(one.body.text, scope, one.line, f"businessKnowledgeModel “{one.name}”", one.parameters)

        def code(run: Run, _local: Mapping[str, object]) -> object:
            return Function(
                one.parameters, lambda *values: body.code(run, dict(zip(one.parameters, values, strict=True)))
            )

        return Defined(code, body.facts)

    def _expression(self, text: str, scope: Scope, line: int, place: str, locals_: Sequence[str] = ()) -> Compiled:
        try:
            return compile_expression(parse(text, [*self._names, *scope.symbols, *locals_]), scope)
        except FeelSyntaxError as error:
            self._broken(error, text, line, place)
            return Compiled(lambda _run, _local: None, frozenset())

    def _broken(self, error: FeelSyntaxError, text: str, line: int, place: str) -> None:
        shown = " ".join(text.split())[:80]
        self._problems.append(
            Problem(line, place, f"表达式“{shown}”第 {error.column} 列：{error.what}", "请改正后再试。")
        )

    def _table(self, table: DecisionTable, scope: Scope, place: str) -> Compiled:
        inputs = [self._expression(text, scope, table.line, place) for text in table.inputs]
        rows = []
        for rule in table.rules:
            tests = [
                self._test(text, one, scope, rule.line, place)
                for text, one in zip(rule.inputs, inputs, strict=True)
                if text != "-"
            ]
            output = self._output(table.outputs, rule.outputs, scope, rule.line, place)
            rows.append(Row(rule.id, tuple(tests), output))
        default = self._output(table.outputs, [one or "null" for one in table.defaults], scope, table.line, place)
        if len(table.outputs) > 1 and not any(table.defaults):
            default = Compiled(lambda _run, _local: None, frozenset())
        code = POLICIES[table.hit_policy](rows, default)
        reached = [default, *(row.output for row in rows), *(test for row in rows for test in row.tests)]
        return Compiled(code, frozenset().union(*(one.facts for one in reached)))

    def _test(self, text: str, asked: Compiled, scope: Scope, line: int, place: str) -> Compiled:
        try:
            tests = compile_tests(parse_unary_tests(text, [*self._names, *scope.symbols]), asked.code, scope)
        except FeelSyntaxError as error:
            self._broken(error, text, line, place)
            return asked
        return Compiled(tests.code, tests.facts | asked.facts)

    def _output(self, names: Sequence[str], texts: Sequence[str], scope: Scope, line: int, place: str) -> Compiled:
        """Return the code of an output: a single column's value, or a context of the columns."""
        parts = [self._expression(text, scope, line, place) for text in texts]
        if len(parts) == 1:
            return parts[0]
        named = list(zip(names, parts, strict=True))
        return Compiled(
            lambda run, local: {name: part.code(run, local) for name, part in named},
            frozenset().union(*(part.facts for part in parts)),
        )


def _part_names(types: Sequence[TypeDeclared]) -> Iterator[str]:
    """Yield the names of all components, needed to read those with spaces after a dot."""
    for one in types:
        yield one.name
        yield from _part_names(one.parts)
