"""From declared logic to code: texts are parsed under the names in scope, boxes are put together (DMN 1.5, 10.2)."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import assert_never

from yimen.dmn.errors import FeelSyntaxError, Problem
from yimen.dmn.feel.code import calls, iteration, logic, structure
from yimen.dmn.feel.code.base import Compiled, Locals, constant, facts_of
from yimen.dmn.feel.compile import compile_expression, compile_tests
from yimen.dmn.feel.functions import BUILTINS
from yimen.dmn.feel.parser import parse, parse_unary_tests
from yimen.dmn.feel.scanner import Names
from yimen.dmn.feel.scope import Run, Scope
from yimen.dmn.feel.tokens import Vocabulary
from yimen.dmn.feel.types import ANY, Type
from yimen.dmn.item_types import ItemTypes
from yimen.dmn.model import (
    BoxedContext,
    BoxedFilter,
    BoxedList,
    Conditional,
    DecisionTable,
    Expression,
    FunctionDefinition,
    Invocation,
    Iteration,
    LiteralExpression,
    NoLogic,
    Relation,
)
from yimen.dmn.notes import NoteKind
from yimen.dmn.tables import POLICIES, Row, Table

BUILTIN_NAMES = Names().plus(BUILTINS)


@dataclass(frozen=True, slots=True)
class LogicCompiler:
    """Compiles the logic of one document's elements. What is wrong is added to `problems`; the piece is then null."""

    types: ItemTypes
    members: Names
    type_names: Names
    problems: list[Problem]

    def compile(self, one: Expression, scope: Scope) -> Compiled:
        """Return the code of a piece of logic, its value made to conform to the type written on it."""
        piece = self._piece(one, scope)
        return calls.typed(piece, self._type(one.type, one.line, scope), scope.place)

    def _piece(self, one: Expression, scope: Scope) -> Compiled:
        match one:
            case LiteralExpression(text, line):
                return self._parsed(text, scope, line, self._expression)
            case DecisionTable():
                return self._table(one, scope)
            case BoxedContext():
                return self._context(one, scope)
            case BoxedList(items):
                return structure.list_of([self.compile(item, scope) for item in items])
            case Relation(columns, rows):
                made = [[self.compile(cell, scope) for cell in row] for row in rows]
                return structure.list_of([structure.context(list(zip(columns, row, strict=True))) for row in made])
            case FunctionDefinition():
                return self.function(one, scope, ANY)
            case Invocation(function, bindings):
                names = tuple(name for name, _ in bindings)
                arguments = [self.compile(argument, scope) for _, argument in bindings]
                return calls.value_call(self.compile(function, scope), arguments, names, scope.place)
            case Conditional(condition, then, otherwise):
                return logic.choice(
                    *(self.compile(part, scope) for part in (condition, then, otherwise)), is_boxed=True
                )
            case BoxedFilter(base, condition):
                kept = self.compile(condition, scope.filtering())
                return structure.filtered(self.compile(base, scope), kept, may_be_index=True, is_boxed=True)
            case Iteration(kind, variable, over, body):
                sources = [iteration.Source(variable, self.compile(over, scope))]
                if kind == "for":
                    return iteration.collected(sources, self.compile(body, scope.with_locals(variable, "partial")))
                return iteration.quantified(kind, sources, self.compile(body, scope.with_locals(variable)))
            case NoLogic():
                return Compiled(lambda run, _local: run.note(NoteKind.NO_LOGIC, scope.place), frozenset())
            case _:
                assert_never(one)

    def function(self, one: FunctionDefinition, scope: Scope, result: Type) -> Compiled:
        """Return the code of a function whose result conforms to a type."""
        parameters = [(each.name, self._type(each.type, one.line, scope)) for each in one.parameters]
        body = self.compile(one.body, scope.with_locals(*(name for name, _ in parameters)))
        return calls.function(parameters, calls.typed(body, result, scope.place), result, scope.place)

    def _type(self, name: str, line: int, scope: Scope) -> Type:
        return self.types.of(name, line, f"{scope.tag} “{scope.place}”")

    def _context(self, one: BoxedContext, scope: Scope) -> Compiled:
        entries: list[tuple[str, Compiled]] = []
        for variable, expression in one.entries:
            type_ = self._type(variable.type, one.line, scope)
            entries.append((variable.name, calls.typed(self.compile(expression, scope), type_, scope.place)))
            scope = scope.with_locals(variable.name)
        return structure.context(entries, None if one.result is None else self.compile(one.result, scope))

    # --- texts

    def _vocabulary(self, scope: Scope) -> Vocabulary:
        names = BUILTIN_NAMES.plus(scope.symbols)
        return Vocabulary(names.joined(self.members) if scope.in_filter else names, self.members, self.type_names)

    def _expression(self, text: str, scope: Scope) -> Compiled:
        return compile_expression(parse(text, self._vocabulary(scope)), scope)

    def _parsed(self, text: str, scope: Scope, line: int, compile_text: Callable[[str, Scope], Compiled]) -> Compiled:
        try:
            return compile_text(text, scope)
        except FeelSyntaxError as error:
            shown = " ".join(text.split())[:80]
            what = f"表达式“{shown}”第 {error.column} 列：{error.what}"
            self.problems.append(Problem(line, f"{scope.tag} “{scope.place}”", what, "请改正后再试。", scope.path))
            return constant(None)

    # --- tables

    def _table(self, table: DecisionTable, scope: Scope) -> Compiled:
        inputs = [self._parsed(text, scope, table.line, self._expression) for text in table.inputs]
        names = tuple(column.name for column in table.outputs)
        rows = []
        for rule in table.rules:
            tests = [
                self._parsed(text, scope, rule.line, self._test_of(asked))
                for text, asked in zip(rule.inputs, inputs, strict=True)
                if text != "-"
            ]
            rows.append(Row(rule.id, tuple(tests), self._output(names, rule.outputs, scope, rule.line)))
        defaults = [column.default for column in table.outputs]
        default = None
        if any(defaults):
            default = self._output(names, [one or "null" for one in defaults], scope, table.line)
        compiled = Table(tuple(rows), default, names, self._priorities(table, scope), scope.place)
        reached = [*(row.output for row in rows), *(test for row in rows for test in row.tests)]
        facts = facts_of([*reached, default] if default else reached)
        return Compiled(POLICIES[table.hit_policy](compiled), facts)

    def _test_of(self, asked: Compiled) -> Callable[[str, Scope], Compiled]:
        def compile_text(text: str, scope: Scope) -> Compiled:
            tests = compile_tests(parse_unary_tests(text, self._vocabulary(scope)), asked.code, scope)
            return Compiled(tests.code, tests.facts | asked.facts)

        return compile_text

    def _priorities(self, table: DecisionTable, scope: Scope) -> tuple[Compiled | None, ...]:
        return tuple(
            None if one.allowed is None else self._parsed(f"[{one.allowed}]", scope, table.line, self._expression)
            for one in table.outputs
        )

    def _output(self, names: Collection[str], texts: Sequence[str], scope: Scope, line: int) -> Compiled:
        """Return the code of an output: a single column's value, or a context of the columns."""
        parts = [self._parsed(text, scope, line, self._expression) for text in texts]
        if len(parts) == 1:
            return parts[0]
        named = list(zip(names, parts, strict=True))

        def code(run: Run, local: Locals) -> object:
            return {name: part.code(run, local) for name, part in named}

        return Compiled(code, facts_of(parts))
