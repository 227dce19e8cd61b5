"""From declared logic to its tree: texts are parsed under the names in scope, boxes become what they stand for.

DMN 1.5, 10.2: every boxed expression has the meaning of a FEEL expression, and tables of none.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import assert_never

from yimen.dmn.errors import FeelSyntaxError, Problem
from yimen.dmn.feel import ast
from yimen.dmn.feel.functions import BUILTINS
from yimen.dmn.feel.parser import parse, parse_unary_tests
from yimen.dmn.feel.scanner import Names
from yimen.dmn.feel.scope import Scope
from yimen.dmn.feel.tokens import Vocabulary
from yimen.dmn.feel.types import ANY, Type, basic
from yimen.dmn.item_types import ItemTypes
from yimen.dmn.model import (
    BoxedContext,
    BoxedFilter,
    BoxedList,
    Conditional,
    DecisionTable,
    Expression,
    FunctionDefinition,
    InputColumn,
    Invocation,
    Iteration,
    LiteralExpression,
    NoLogic,
    Relation,
    Rule,
)

BUILTIN_NAMES = Names().plus(BUILTINS)


@dataclass(frozen=True, slots=True)
class LogicParser:
    """Parses the logic of one document's elements. What is wrong is added to `problems`; the piece is then null."""

    types: ItemTypes
    members: Names
    type_names: Names
    problems: list[Problem]

    def parse(self, one: Expression, scope: Scope) -> ast.Expr:
        """Return the tree of a piece of logic, its value to conform to the type written on it."""
        return _typed(self._piece(one, scope), self._type(one.type, one.line, scope))

    def function(self, one: FunctionDefinition, scope: Scope, result: Type) -> ast.FunctionOf:
        """Return the tree of a function whose result is to conform to a type."""
        names = tuple(each.name for each in one.parameters)
        types = tuple(ast.GivenType(self._type(each.type, one.line, scope)) for each in one.parameters)
        return ast.FunctionOf(names, types, self.parse(one.body, scope.with_locals(*names)), 1, result)

    def report(self, written: ast.Written, error: FeelSyntaxError, scope: Scope) -> None:
        """Add what is wrong with a text to the problems."""
        shown = " ".join(written.text.split())[:80]
        what = f"表达式“{shown}”第 {error.column} 列：{error.what}"
        self.problems.append(Problem(written.line, f"{scope.tag} “{scope.place}”", what, "请改正后再试。", scope.path))

    def _piece(self, one: Expression, scope: Scope) -> ast.Expr:
        match one:
            case LiteralExpression(text, line):
                return self._expression(text, line, scope)
            case DecisionTable():
                return self._table(one, scope)
            case BoxedContext():
                return self._context(one, scope)
            case BoxedList(items):
                return ast.ListOf(tuple(self.parse(item, scope) for item in items), 1)
            case Relation(columns, rows):
                made = [tuple(self.parse(cell, scope) for cell in row) for row in rows]
                contexts = (ast.ContextOf(tuple(zip(columns, row, strict=True)), 1) for row in made)
                return ast.ListOf(tuple(contexts), 1)
            case FunctionDefinition():
                return self.function(one, scope, ANY)
            case Invocation(function, bindings):
                names = tuple(name for name, _ in bindings)
                arguments = tuple(self.parse(argument, scope) for _, argument in bindings)
                return ast.Call(self.parse(function, scope), arguments, names, 1)
            case Conditional(condition, then, otherwise):
                one_way, other = self.parse(then, scope), self.parse(otherwise, scope)
                return ast.If(self.parse(condition, scope), one_way, other, 1, is_boxed=True)
            case BoxedFilter(base, condition):
                kept = self.parse(condition, scope.filtering())
                return ast.Filter(self.parse(base, scope), kept, 1, is_boxed=True)
            case Iteration(kind, variable, over, body):
                sources = (ast.Iterator(variable, self.parse(over, scope), None),)
                if kind == "for":
                    return ast.For(sources, self.parse(body, scope.with_locals(variable, "partial")), 1)
                return ast.Quantified(kind, sources, self.parse(body, scope.with_locals(variable)), 1)
            case NoLogic(line):
                return ast.NoLogic(line)
            case _:
                assert_never(one)

    def _type(self, name: str, line: int, scope: Scope) -> Type:
        return self.types.of(name, line, f"{scope.tag} “{scope.place}”")

    def _context(self, one: BoxedContext, scope: Scope) -> ast.ContextOf:
        entries: list[tuple[str, ast.Expr]] = []
        for variable, expression in one.entries:
            type_ = self._type(variable.type, one.line, scope)
            entries.append((variable.name, _typed(self.parse(expression, scope), type_)))
            scope = scope.with_locals(variable.name)
        return ast.ContextOf(tuple(entries), 1, None if one.result is None else self.parse(one.result, scope))

    # --- tables

    def _table(self, table: DecisionTable, scope: Scope) -> ast.Table:
        def column(text: str | None) -> ast.Written | None:
            return None if text is None else self._expression(text, table.line, scope)

        texts = _Texts(self._vocabulary(scope), {}, {})
        return ast.Table(
            hit_policy=table.hit_policy,
            inputs=tuple(self._expression(one.text, table.line, scope) for one in table.inputs),
            outputs=tuple(
                ast.Output(one.name, column(one.default), column(one.allowed and f"[{one.allowed}]"))
                for one in table.outputs
            ),
            rules=tuple(self._rule(one, scope, texts) for one in table.rules),
            line=table.line,
            domains=tuple(self._domain(one, table.line, scope) for one in table.inputs),
        )

    def _domain(self, one: InputColumn, line: int, scope: Scope) -> tuple[Type, ast.Written | None]:
        """Return a column's type and allowed values. They are advice: where they cannot be read, there are none."""
        type_ = self.types.by_name.get(one.type) or basic(one.type) or ANY
        if one.allowed is None:
            return type_, None
        try:
            return type_, ast.Written(one.allowed, line, parse_unary_tests(one.allowed, self._vocabulary(scope)))
        except FeelSyntaxError:
            return type_, None

    def _rule(self, one: Rule, scope: Scope, texts: "_Texts") -> ast.Rule:
        tests = (None if text == "-" else self._written(text, one.line, scope, texts.tests) for text in one.inputs)
        outputs = (self._written(text, one.line, scope, texts.expression) for text in one.outputs)
        return ast.Rule(one.id, tuple(tests), tuple(outputs), one.line, one.annotations)

    # --- texts

    def _expression(self, text: str, line: int, scope: Scope) -> ast.Written:
        return self._written(text, line, scope, _Texts(self._vocabulary(scope), {}, {}).expression)

    def _written(self, text: str, line: int, scope: Scope, read: Callable[[str], ast.Expr]) -> ast.Written:
        try:
            return ast.Written(text, line, read(text))
        except FeelSyntaxError as error:
            broken = ast.Written(text, line, ast.NoLogic(line, is_broken=True))
            self.report(broken, error, scope)
            return broken

    def _vocabulary(self, scope: Scope) -> Vocabulary:
        names = BUILTIN_NAMES.plus(scope.symbols)
        return Vocabulary(names.joined(self.members) if scope.in_filter else names, self.members, self.type_names)


@dataclass(frozen=True, slots=True)
class _Texts:
    """Reads texts under one vocabulary, each once: a table says the same again and again."""

    words: Vocabulary
    read: dict[str, ast.Expr]
    read_tests: dict[str, ast.Expr]

    def expression(self, text: str) -> ast.Expr:
        """Return the tree of an expression."""
        if text not in self.read:
            self.read[text] = parse(text, self.words)
        return self.read[text]

    def tests(self, text: str) -> ast.Expr:
        """Return the tree of a cell."""
        if text not in self.read_tests:
            self.read_tests[text] = parse_unary_tests(text, self.words)
        return self.read_tests[text]


def _typed(tree: ast.Expr, type_: Type) -> ast.Expr:
    return tree if type_ == ANY else ast.Typed(tree, type_)
