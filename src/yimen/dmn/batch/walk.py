"""From the tree of a decision to pieces: one walker, as in feel/compile.py."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import product
from typing import assert_never

import ibis

from yimen.dmn.batch import functions, temporal
from yimen.dmn.batch.arithmetic import arithmetic, negated
from yimen.dmn.batch.comparing import compare, contained, strictly
from yimen.dmn.batch.constants import evaluated, names
from yimen.dmn.batch.facts import Facts
from yimen.dmn.batch.logic import choice, junction
from yimen.dmn.batch.pieces import (
    Column,
    Constant,
    Definition,
    Hits,
    Many,
    Piece,
    Quotient,
    Record,
    Span,
    Subject,
    as_column,
    is_known,
    nothing,
    null,
)
from yimen.dmn.batch.refusal import ROW_BY_ROW, NotCompilable
from yimen.dmn.batch.tables import compile_table
from yimen.dmn.batch.unary import Put, put
from yimen.dmn.cells import Cell, cell_of
from yimen.dmn.columns import apart
from yimen.dmn.feel import ast
from yimen.dmn.feel.parser import parse_unary_tests
from yimen.dmn.feel.scope import Apart, Defined, Imported, Input, Local, Required, Scope, Symbol
from yimen.dmn.feel.types import ANY, Basic, ListType, Restricted, Type, conform, shown
from yimen.dmn.model import Model
from yimen.dmn.values import OPEN

Locals = Mapping[str, Piece]
UNROLLED = 200
"""How many rounds of a loop are written out."""
DEPTH = 40
"""How deep functions may call each other."""


@dataclass(slots=True)
class Walker:
    """Compiles the decisions of a model over a table; each decision and each fact once."""

    model: Model
    facts: Facts
    decided: dict[str, Piece] = field(default_factory=dict)
    received: dict[str, Column] = field(default_factory=dict)
    depth: int = 0

    def decision(self, key: str) -> Piece:
        """Return what a decision compiles to.

        Raises:
            NotCompilable: it uses what no batch expresses; the message names the place.
        """
        if key not in self.decided:
            decision = self.model.by_key[key]
            try:
                made = self.walk(decision.tree, decision.scope, {})
                self.decided[key] = self.conformed(made, decision.type)
            except NotCompilable as error:
                raise error.at(key) from error.__cause__
        return self.decided[key]

    def walk(self, node: ast.Expr, scope: Scope, local: Locals) -> Piece:
        """Return what an expression compiles to."""
        if isinstance(node, ast.Written):
            return self._written(node, scope, lambda: self.walk(node.tree, scope, local))
        if not isinstance(node, ast.Table | ast.Typed):
            fixed = evaluated(node, scope, local)
            if fixed is not None:
                return fixed

        def inner(part: ast.Expr) -> Piece:
            return self.walk(part, scope, local)

        match node:
            case ast.Literal(value):
                return Constant(value)
            case ast.Name(name):
                return self._name(name, scope, local)
            case ast.ListOf(items):
                return Many(tuple(inner(item) for item in items))
            case ast.ContextOf():
                return self._context(node, scope, local)
            case ast.RangeOf(low, high, low_included, high_included):
                ends = [Constant(OPEN) if end is None else inner(end) for end in (low, high)]
                return _span(ends[0], ends[1], low_included, high_included)
            case ast.Path():
                return self._path(node, scope, local)
            case ast.Filter():
                raise NotCompilable("列表的筛选不能编译成批量。", ROW_BY_ROW)
            case ast.Call():
                return self._call(node, scope, local)
            case ast.Negate(operand):
                return negated(inner(operand))
            case ast.Arithmetic(operator, left, right):
                return arithmetic(operator, inner(left), inner(right))
            case ast.Compare(operator, left, right):
                return compare(operator, inner(left), inner(right))
            case ast.Between(value, low, high):
                return _between(inner(value), inner(low), inner(high))
            case ast.In(value, tests):
                return self.tests(tests, inner(value), scope, local)
            case ast.Junction(operator, operands):
                return junction([inner(one) for one in operands], decisive=operator == "or")
            case ast.If(condition, then, otherwise, _, is_boxed):
                test = inner(condition)
                if is_boxed and not (isinstance(test, Column) and test.kind == "boolean"):
                    raise NotCompilable("条件不是真假值。", "请检查条件。")
                return choice(test, inner(then), inner(otherwise))
            case ast.For(iterators, result):
                if "partial" in names(result):
                    raise NotCompilable("partial 不能编译成批量。", ROW_BY_ROW)
                return Many(tuple(self._rounds(iterators, result, scope, local)))
            case ast.Quantified(quantifier, iterators, condition):
                return junction(self._rounds(iterators, condition, scope, local), decisive=quantifier == "some")
            case ast.InstanceOf():
                raise NotCompilable("instance of 不能编译成批量：列的类型是固定的。", "请去掉它，或逐行求值。")
            case ast.FunctionOf():
                return Definition(node, scope, local)
            case ast.UnaryTests():
                return self._tests_as_value(node, scope, local)
            case ast.Typed(value, type_):
                return self.conformed(inner(value), type_)
            case ast.Table():
                return compile_table(node, _Cells(self, scope, local))
            case ast.NoLogic():
                return Constant(None)
            case _:
                assert_never(node)

    def tests(self, node: ast.UnaryTests, value: Piece, scope: Scope, local: Locals) -> Piece:
        """Return what putting a value to unary tests compiles to."""
        bound, around = {**local, "?": value}, scope.with_locals("?")
        tests = [
            Put(test.operator, self.walk(test.operand, around, bound), "?" in names(test.operand))
            for test in node.tests
        ]
        return put(value, tests, is_negated=node.is_negated)

    def _written(self, node: ast.Written, scope: Scope, walk: Callable[[], Piece]) -> Piece:
        try:
            return walk()
        except NotCompilable as error:
            raise error.at(scope.place, node.text, node.line) from error.__cause__

    # --- names, paths, calls

    def _name(self, name: str, scope: Scope, local: Locals) -> Piece:
        symbol = scope.symbols.get(name)
        if symbol is None:
            raise NotCompilable(f"函数 {name} 作为值不能编译成批量。", "请直接调用它。")
        return self._symbol(symbol, local)

    def _symbol(self, symbol: Symbol, local: Locals) -> Piece:
        match symbol:
            case Input():
                return Subject(symbol) if symbol.parts else self._fact(symbol.path)
            case Required(key):
                return self.decision(key)
            case Local(name):
                return local.get(name, Constant(None))
            case Defined(_, _, tree, scope):
                if tree is None or scope is None:
                    raise NotCompilable(
                        "决策服务和调用自己的函数不能编译成批量。", "请直接编译该服务的输出决策，或逐行求值。"
                    )
                return Definition(tree, scope, {})
            case Imported(members):
                return Record({name: self._symbol(one, local) for name, one in members.items()})
            case _:
                assert_never(symbol)

    def _fact(self, path: str) -> Column:
        if path not in self.received:
            made = self.conformed(self.facts.column(path), self.model.types.get(path, ANY))
            assert isinstance(made, Column)
            self.received[path] = made
        return self.received[path]

    def _path(self, node: ast.Path, scope: Scope, local: Locals) -> Piece:
        base = self.walk(node.base, scope, local)
        match base:
            case Subject(symbol):
                part = symbol.parts.get(node.name)
                if part is None:
                    raise NotCompilable(f"“{symbol.path}”没有“{node.name}”这一项。", "请检查拼写。")
                return self._symbol(part, local)
            case Record(entries):
                return entries.get(node.name, Constant(None))
            case Column():
                return temporal.read(base, node.name)
            case _:
                raise NotCompilable(f"取“.{node.name}”不能编译成批量。", ROW_BY_ROW)

    def _call(self, node: ast.Call, scope: Scope, local: Locals) -> Piece:
        arguments = [self.walk(argument, scope, local) for argument in node.arguments]
        if isinstance(node.function, ast.Name) and node.function.name not in scope.symbols:
            return functions.called(node.function.name, arguments, node.names)
        definition = self.walk(node.function, scope, local)
        if not isinstance(definition, Definition):
            raise NotCompilable("被调用的不是函数。", "请检查拼写。")
        return self._inlined(definition, arguments, node.names)

    def _inlined(self, definition: Definition, arguments: Sequence[Piece], given: tuple[str, ...]) -> Piece:
        """Return a function's body with the arguments in place of its parameters."""
        function = definition.function
        if (given and set(given) != set(function.parameters)) or len(arguments) != len(function.parameters):
            raise NotCompilable("函数的参数不符。", "请检查参数。")
        if self.depth >= DEPTH:
            raise NotCompilable("函数互相调用太深，或没有尽头。", ROW_BY_ROW)
        ordered = list(arguments)
        if given:
            by_name = dict(zip(given, arguments, strict=True))
            ordered = [by_name[name] for name in function.parameters]
        for type_, argument in zip(function.types, ordered, strict=True):
            wanted = type_.type if isinstance(type_, ast.GivenType) else None
            if type_ is not None and (wanted is None or not _is_of(argument, wanted)):
                raise NotCompilable(
                    "实参与形参的类型不同，或形参的类型要在运行时核对。", "请统一类型，或去掉形参的类型。"
                )
        bound = {**definition.surroundings, **dict(zip(function.parameters, ordered, strict=True))}
        self.depth += 1
        made = self.walk(function.body, definition.scope.with_locals(*function.parameters), bound)
        self.depth -= 1
        return self.conformed(made, function.result)

    # --- structures and loops

    def _context(self, node: ast.ContextOf, scope: Scope, local: Locals) -> Piece:
        if len({name for name, _ in node.entries}) < len(node.entries):
            return Constant(None)
        entries: dict[str, Piece] = {}
        for name, entry in node.entries:
            entries[name] = self.walk(entry, scope, {**local, **entries})
            scope = scope.with_locals(name)
        return Record(entries) if node.result is None else self.walk(node.result, scope, {**local, **entries})

    def _rounds(self, iterators: tuple[ast.Iterator, ...], body: ast.Expr, scope: Scope, local: Locals) -> list[Piece]:
        """Return the body of a loop, round by round."""
        sources: list[list[Piece]] = []
        for one in iterators:
            over = None if one.until is not None else self.walk(one.over, scope, local)
            if isinstance(over, Constant) and isinstance(over.value, list):
                sources.append([Constant(item) for item in over.value])
            elif isinstance(over, Many):
                sources.append(list(over.items))
            else:
                raise NotCompilable("循环只能走过写明各项的列表。", ROW_BY_ROW)
        rounds = 1
        for source in sources:
            rounds *= len(source)
        if rounds > UNROLLED:
            raise NotCompilable(f"循环有 {rounds} 轮，超过 {UNROLLED} 轮。", ROW_BY_ROW)
        variables = [one.name for one in iterators]
        inner = scope.with_locals(*variables)
        return [
            self.walk(body, inner, {**local, **dict(zip(variables, values, strict=True))})
            for values in product(*sources)
        ]

    def _tests_as_value(self, node: ast.UnaryTests, scope: Scope, local: Locals) -> Piece:
        (test,) = node.tests
        end = self.walk(test.operand, scope, local)
        match test.operator:
            case "<" | "<=":
                return Span(Constant(OPEN), end, low_included=False, high_included=test.operator == "<=")
            case ">" | ">=":
                return Span(end, Constant(OPEN), low_included=test.operator == ">=", high_included=False)
            case _:
                raise NotCompilable("这种检验不能作为值。", ROW_BY_ROW)

    # --- types

    def conformed(self, piece: Piece, type_: Type) -> Piece:
        """Return a piece made to conform to a type: null, while known, where it does not (10.3.2.9.4)."""
        if type_ == ANY or isinstance(piece, Definition | Subject):
            return piece
        if isinstance(piece, Constant):
            return Constant(conform(piece.value, type_))
        base = type_.base if isinstance(type_, Restricted) else type_
        if isinstance(piece, Quotient):
            return piece if type_ == Basic("number") else self.conformed(as_column(piece), type_)
        if isinstance(piece, Hits):
            if isinstance(base, ListType) or base == Basic("list"):
                return piece
            raise NotCompilable("表格收集的是列表，声明的却不是。", "请把类型声明为列表。")
        if isinstance(piece, Record | Many | Span) or not isinstance(base, Basic):
            if not isinstance(type_, Restricted) and isinstance(piece, Record) and not isinstance(base, Basic):
                return piece
            raise NotCompilable(
                f"结果要逐行核对是否为 {shown(type_)}，不能编译成批量。", "请去掉这个类型，或逐行求值。"
            )
        column = self._of_kind(piece, base.name)
        return self._admitted(column, type_) if isinstance(type_, Restricted) else column

    def _of_kind(self, column: Column, wanted: str) -> Column:
        kinds = {"duration": {temporal.DAYS_TIME, temporal.YEARS_MONTHS}}.get(wanted, {wanted})
        if column.kind in kinds or column.kind == "Null" or wanted == "Any":
            return column
        if (column.kind, wanted) == ("date", "date and time"):
            return Column(wanted, column.value.cast("timestamp"), column.known, column.waiting)
        return nothing([column])

    def _admitted(self, column: Column, type_: Restricted) -> Column:
        """Return the column with null for what is not among the allowed values."""
        if isinstance(type_.base, Restricted):
            column = self._admitted(column, type_.base)
        tests = parse_unary_tests(type_.shown)
        verdict = self.tests(tests, column, Scope({}, "allowedValues"), {})
        allowed = as_column(verdict, "boolean")
        kept = ibis.ifelse(allowed.value.fill_null(False), column.value, null(column.kind).cast(column.value.type()))
        return Column(column.kind, kept, is_known(column), column.waiting)


@dataclass(frozen=True, slots=True)
class _Cells:
    """What a table asks of the walker: its expressions and cells, where it stands."""

    walker: Walker
    scope: Scope
    local: Locals

    @property
    def engine(self) -> str:
        """Return the name of the engine that will compute it."""
        return self.walker.facts.engine

    def expression(self, node: ast.Written) -> Piece:
        """Return what a column's or an output's expression compiles to."""
        return self.walker.walk(node, self.scope, self.local)

    def cell(self, node: ast.Written, value: Piece) -> Piece:
        """Return what putting a value to a cell compiles to."""
        tests = node.tree
        assert isinstance(tests, ast.UnaryTests)
        return self.walker._written(  # noqa: SLF001 - its own
            node, self.scope, lambda: self.walker.tests(tests, value, self.scope, self.local)
        )

    def fixed(self, node: ast.Written) -> Cell | None:
        """Return what a cell says of any value; None where it does more than compare with constants."""
        return cell_of(node, self.scope)

    def apart(self, table: ast.Table) -> Apart:
        """Return what tells the rows that are never hit together with one."""
        return apart(table, self.scope)


def _between(value: Piece, low: Piece, high: Piece) -> Piece:
    """Return whether a value lies between two ends; null where an end is, even if the other excludes the value."""
    if isinstance(low, Quotient) or isinstance(high, Quotient):
        raise NotCompilable("between 的一端是除不尽的商。", "请改写为两个比较。")
    ends = [end for end in (low, high) if isinstance(end, Column)]
    if not ends:
        return contained(value, Span(low, high, low_included=True, high_included=True))
    made = strictly([compare(">=", value, low), compare("<=", value, high)])
    for end in ends:
        if isinstance(made, Column) and end.may_be_null:
            made = replace(made, value=ibis.ifelse(end.value.notnull(), made.value, null("boolean")))
    return made


def _span(low: Piece, high: Piece, low_included: bool, high_included: bool) -> Span:  # noqa: FBT001 - as written
    kinds = {end.kind for end in (low, high) if isinstance(end, Constant | Column) and end != Constant(OPEN)}
    if len(kinds) > 1 or sum(isinstance(end, Column) and end.may_be_null for end in (low, high)) > 1:
        raise NotCompilable("区间的两端类型不同，或都可能为空值。", "请改写为两个比较。")
    return Span(low, high, low_included, high_included)


def _is_of(piece: Piece, type_: Type) -> bool:
    """Tell whether a piece is certainly of a type."""
    if type_ == ANY:
        return True
    if isinstance(piece, Constant):
        return piece.value is None or conform(piece.value, type_) is piece.value
    return isinstance(piece, Column) and isinstance(type_, Basic) and piece.kind in {type_.name, "Null"}
