"""From the tree of an expression to closures: one walker, the pieces are in `code/`."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import assert_never

from yimen.dmn.errors import FeelSyntaxError
from yimen.dmn.feel import ast, operators, short
from yimen.dmn.feel.code import calls, iteration, logic, structure, tables, unary
from yimen.dmn.feel.code.base import NOTHING, Code, Compiled, Locals, constant, facts_of, strict
from yimen.dmn.feel.functions import BUILTINS
from yimen.dmn.feel.scope import Defined, Imported, Input, Local, Required, Run, Scope, Symbol, symbol_of
from yimen.dmn.feel.types import (
    ANY,
    ContextType,
    FunctionType,
    ListType,
    RangeType,
    Type,
    basic,
    is_instance,
    unrestricted,
)
from yimen.dmn.notes import NoteKind
from yimen.dmn.values import OPEN, Range, Unknown


def compile_expression(node: ast.Expr, scope: Scope) -> Compiled:
    """Return the code of an expression.

    Raises:
        FeelSyntaxError: a name means nothing here.
    """
    match node:
        case ast.Literal(value):
            return constant(value)
        case ast.Name(name, at):
            return _name(name, at, scope)
        case ast.ListOf(items):
            return structure.list_of([compile_expression(item, scope) for item in items])
        case ast.ContextOf():
            return _context(node, scope)
        case ast.RangeOf(low, high, low_included, high_included):
            ends = [constant(OPEN) if end is None else compile_expression(end, scope) for end in (low, high)]
            return strict(lambda a, b: operators.range_of(a, b, low_included, high_included), ends, scope.place)
        case ast.Path():
            return _path(node, scope)
        case ast.Filter(base, condition, _, is_boxed):
            inside = scope.filtering()
            return structure.filtered(
                compile_expression(base, scope),
                compile_expression(condition, inside),
                item=inside.filters[-1].item,
                may_be_index=not _is_test(condition),
                is_boxed=is_boxed,
            )
        case ast.Call():
            return _call(node, scope)
        case ast.Negate(operand):
            return strict(operators.negate, [compile_expression(operand, scope)], scope.place)
        case ast.Arithmetic(operator, left, right):
            sides = [compile_expression(left, scope), compile_expression(right, scope)]
            return strict(operators.OPERATORS[operator], sides, scope.place)
        case ast.Compare("=" | "!=" as operator, one, ast.Literal(None)) | ast.Compare(
            "=" | "!=" as operator, ast.Literal(None), one
        ):
            return _with_null(compile_expression(one, scope), is_equal=operator == "=")
        case ast.Compare(operator, left, right):
            sides = [compile_expression(left, scope), compile_expression(right, scope)]
            return strict(operators.COMPARISONS[operator], sides, scope.place)
        case ast.Between(value, low, high):
            parts = [compile_expression(part, scope) for part in (value, low, high)]
            return strict(operators.between, parts, scope.place)
        case ast.In(value, tests):
            asked = compile_expression(value, scope)
            compiled = compile_tests(tests, asked.code, scope)
            return Compiled(compiled.code, asked.facts | compiled.facts)
        case ast.Junction(operator, operands):
            return logic.chain([compile_expression(one, scope) for one in operands], decisive=operator == "or")
        case ast.If(condition, then, otherwise, _, is_boxed):
            parts = [compile_expression(part, scope) for part in (condition, then, otherwise)]
            return logic.choice(*parts, is_boxed=is_boxed)
        case ast.For(iterators, result):
            sources, inner = _sources(iterators, scope)
            body = compile_expression(result, inner.with_locals("partial"))
            return iteration.collected(sources, body, uses_partial=_mentions(result, "partial"))
        case ast.Quantified(quantifier, iterators, condition):
            sources, inner = _sources(iterators, scope)
            return iteration.quantified(quantifier, sources, compile_expression(condition, inner))
        case ast.InstanceOf(value, type_):
            wanted = unrestricted(resolve_type(type_, scope))
            return strict(lambda v: is_instance(v, wanted), [compile_expression(value, scope)], scope.place)
        case ast.FunctionOf(parameters, types, body, _, result):
            wanted_types = [ANY if one is None else resolve_type(one, scope) for one in types]
            compiled_body = calls.typed(compile_expression(body, scope.with_locals(*parameters)), result, scope.place)
            return calls.function(list(zip(parameters, wanted_types, strict=True)), compiled_body, result, scope.place)
        case ast.UnaryTests():
            return _tests_as_value(node, scope)
        case ast.Written(_, _, tree):
            return _written(node, scope, lambda: compile_expression(tree, scope))
        case ast.Typed(value, type_):
            return calls.typed(compile_expression(value, scope), type_, scope.place)
        case ast.Table():
            return _table(node, scope)
        case ast.NoLogic(_, is_broken):
            return _nothing(NoteKind.BROKEN if is_broken else NoteKind.NO_LOGIC, scope)
        case _:
            assert_never(node)


def compile_tests(node: ast.UnaryTests, value: Code, scope: Scope) -> Compiled:
    """Return the code that puts a value to unary tests.

    Raises:
        FeelSyntaxError: a name means nothing here.
    """
    inner = scope.with_locals("?")
    tests = [
        unary.Put(test.operator, compile_expression(test.operand, inner), _mentions(test.operand, "?"))
        for test in node.tests
    ]
    return unary.put(value, tests, is_negated=node.is_negated)


def resolve_type(node: ast.TypeExpr, scope: Scope) -> Type:
    """Return the type an expression names.

    Raises:
        FeelSyntaxError: there is none of that name.
    """
    match node:
        case ast.GivenType(type_):
            return type_
        case ast.NamedType(name, at):
            found = scope.types.get(name) or basic(name)
            if found is None:
                raise FeelSyntaxError(f"没有名为“{name}”的类型。请检查拼写。", text=name, column=at)
            return found
        case ast.ListTypeOf(item):
            return ListType(resolve_type(item, scope))
        case ast.RangeTypeOf(item):
            return RangeType(resolve_type(item, scope))
        case ast.ContextTypeOf(entries):
            return ContextType(tuple((name, resolve_type(entry, scope)) for name, entry in entries))
        case ast.FunctionTypeOf(parameters, result):
            return FunctionType(tuple(resolve_type(one, scope) for one in parameters), resolve_type(result, scope))
        case _:
            assert_never(node)


# --- names and paths


def _name(name: str, at: int, scope: Scope) -> Compiled:
    symbol = scope.symbols.get(name)
    if symbol is None and not scope.in_filter and name not in BUILTINS:
        raise FeelSyntaxError(
            f"名称“{name}”没有定义。请检查拼写，或在 informationRequirement 中引用它。", text=name, column=at
        )
    outer = constant(_builtin(name)) if symbol is None else compile_symbol(symbol)
    items = scope.items_before(name)
    if not items:
        return outer

    def code(run: Run, local: Locals) -> object:
        for key in items:
            item = local.get(key)
            if isinstance(item, dict) and name in item:
                return item[name]
            if isinstance(item, Unknown):
                return item
        return outer.code(run, local)

    return Compiled(code, outer.facts)


def _builtin(name: str) -> object:
    builtin = BUILTINS.get(name)
    return None if builtin is None else calls.as_value(builtin)


def compile_symbol(symbol: Symbol) -> Compiled:
    """Return the code of what a name means."""
    match symbol:
        case Input():
            return structure.fact(symbol)
        case Required(key, facts):
            return Compiled(lambda run, _local: run.decision(key), facts)
        case Local(name):
            return Compiled(lambda _run, local: local.get(name), NOTHING)
        case Defined(code, facts):
            return Compiled(code, facts)
        case Imported(members):
            return structure.context([(name, compile_symbol(one)) for name, one in members.items()])
        case _:
            assert_never(symbol)


def _path(node: ast.Path, scope: Scope) -> Compiled:
    symbol = symbol_of(node, scope)
    if symbol is None:
        return structure.path(compile_expression(node.base, scope), node.name)
    named = compile_symbol(symbol)
    head = _head(node)
    items = scope.items_before(head)
    if not items:
        return named
    of_item = structure.path(compile_expression(node.base, scope), node.name)

    def code(run: Run, local: Locals) -> object:
        for key in items:
            item = local.get(key)
            if isinstance(item, Unknown):
                return item
            if isinstance(item, dict) and head in item:
                return of_item.code(run, local)
        return named.code(run, local)

    return Compiled(code, named.facts)


def _head(node: ast.Expr) -> str:
    """Return the name a path begins with."""
    while isinstance(node, ast.Path):
        node = node.base
    assert isinstance(node, ast.Name)
    return node.name


def _context(node: ast.ContextOf, scope: Scope) -> Compiled:
    if len({name for name, _ in node.entries}) < len(node.entries):
        return Compiled(lambda run, _local: run.note(NoteKind.TWO_ENTRIES, scope.place), NOTHING)
    parts: list[tuple[str, Compiled]] = []
    for name, entry in node.entries:
        parts.append((name, compile_expression(entry, scope)))
        scope = scope.with_locals(name)
    return structure.context(parts, None if node.result is None else compile_expression(node.result, scope))


def _with_null(piece: Compiled, *, is_equal: bool) -> Compiled:
    """Return the code that compares with null: what is in a list or a subject does not matter, so it is not asked."""

    def code(run: Run, local: Locals) -> object:
        value = piece.code(run, local)
        return value if isinstance(value, Unknown) else (value is None) == is_equal

    return Compiled(code, piece.facts)


def _is_test(node: ast.Expr) -> bool:
    """Tell whether an expression can only give a truth value or null, so that it is no index."""
    match node:
        case ast.Compare() | ast.Between() | ast.In() | ast.Junction() | ast.Quantified() | ast.InstanceOf():
            return True
        case ast.Literal(value):
            return isinstance(value, bool)
        case _:
            return False


# --- texts and tables


def _written(node: ast.Written, scope: Scope, compiled: Callable[[], Compiled]) -> Compiled:
    """Return the code of a text; where it uses a name that means nothing, that is reported and the code is null."""
    try:
        return compiled()
    except FeelSyntaxError as error:
        if scope.report is None:
            raise
        scope.report(node, error, scope)
        return _nothing(NoteKind.BROKEN, scope)


def _nothing(why: NoteKind, scope: Scope) -> Compiled:
    return Compiled(lambda run, _local: run.note(why, scope.place), NOTHING)


@dataclass(frozen=True, slots=True)
class Outputs:
    """What a table may put out: by row, where no row is hit (None: no default), and by output column its ranking."""

    rows: tuple[Compiled, ...]
    default: Compiled | None
    priorities: tuple[Compiled | None, ...]


def compile_outputs(node: ast.Table, scope: Scope) -> Outputs:
    """Return the code of all that a table may put out."""
    default = None
    if any(column.default for column in node.outputs):
        nothing = ast.Written("null", node.line, ast.Literal(None, 1))
        default = _output(node.outputs, [column.default or nothing for column in node.outputs], scope)
    return Outputs(
        rows=tuple(_output(node.outputs, rule.outputs, scope) for rule in node.rules),
        default=default,
        priorities=tuple(
            None if column.allowed is None else compile_expression(column.allowed, scope) for column in node.outputs
        ),
    )


def _table(node: ast.Table, scope: Scope) -> Compiled:
    inputs = [compile_expression(one, scope) for one in node.inputs]
    outputs = compile_outputs(node, scope)
    rows = tuple(
        tables.Row(
            rule.id,
            tuple(
                _test(test, asked, scope) for test, asked in zip(rule.tests, inputs, strict=True) if test is not None
            ),
            output,
        )
        for rule, output in zip(node.rules, outputs.rows, strict=True)
    )
    table = tables.Table(
        hit_policy=node.hit_policy,
        rows=rows,
        default=outputs.default,
        names=tuple(column.name for column in node.outputs),
        priorities=outputs.priorities,
        place=scope.place,
        apart=lambda run: run.apart(node, scope),
    )
    reached = [*outputs.rows, *(test for row in rows for test in row.tests)]
    facts = facts_of([*reached, outputs.default] if outputs.default else reached)
    return Compiled(tables.coded(table), facts)


def _test(node: ast.Written, asked: Compiled, scope: Scope) -> Compiled:
    """Return the code that puts an input column's value to one cell's tests."""
    tests = node.tree
    if not isinstance(tests, ast.UnaryTests):
        return constant(None)  # the text could not be read; that is reported already
    if short.is_constant(tests) and "date" not in scope.symbols:
        return Compiled(_when_asked(tests, asked.code, scope), asked.facts)
    compiled = _written(node, scope, lambda: compile_tests(tests, asked.code, scope))
    return Compiled(compiled.code, compiled.facts | asked.facts)


def _when_asked(tests: ast.UnaryTests, value: Code, scope: Scope) -> Code:
    """Return code that is compiled when it is first run: a table over masks never asks its cells one by one."""
    made: list[Code] = []

    def code(run: Run, local: Locals) -> object:
        if not made:
            made.append(compile_tests(tests, value, scope).code)
        return made[0](run, local)

    return code


def _output(columns: Sequence[ast.Output], written: Sequence[ast.Written], scope: Scope) -> Compiled:
    """Return the code of an output: a single column's value, or a context of the columns."""
    literals = [one.tree.value for one in written if isinstance(one.tree, ast.Literal)]
    if len(literals) == len(written):
        return _literals(columns, literals)
    parts = [compile_expression(one, scope) for one in written]
    if len(parts) == 1:
        return parts[0]
    named = [(column.name, part.code) for column, part in zip(columns, parts, strict=True)]

    def code(run: Run, local: Locals) -> object:
        return {name: part(run, local) for name, part in named}

    return Compiled(code, facts_of(parts))


def _literals(columns: Sequence[ast.Output], values: Sequence[object]) -> Compiled:
    if len(values) == 1:
        return constant(values[0])
    whole = {column.name: value for column, value in zip(columns, values, strict=True)}
    return Compiled(lambda _run, _local: dict(whole), NOTHING)


# --- calls, iteration


def _call(node: ast.Call, scope: Scope) -> Compiled:
    arguments = [compile_expression(argument, scope) for argument in node.arguments]
    if isinstance(node.function, ast.Name) and node.function.name not in scope.symbols:
        builtin = BUILTINS.get(node.function.name)
        if builtin is None and not scope.in_filter:
            what = f"没有名为“{node.function.name}”的函数。请检查拼写。"
            raise FeelSyntaxError(what, text=node.function.name, column=node.function.at)
        if builtin is not None:
            return calls.builtin_call(builtin, arguments, node.names, scope.place)
    return calls.value_call(compile_expression(node.function, scope), arguments, node.names, scope.place)


def _sources(iterators: tuple[ast.Iterator, ...], scope: Scope) -> tuple[list[iteration.Source], Scope]:
    sources: list[iteration.Source] = []
    for one in iterators:
        until = None if one.until is None else compile_expression(one.until, scope)
        sources.append(iteration.Source(one.name, compile_expression(one.over, scope.with_locals("partial")), until))
        scope = scope.with_locals(one.name)
    return sources, scope


def _mentions(node: object, name: str) -> bool:
    """Tell whether an expression mentions a name such as `?`, the value under test."""
    if isinstance(node, ast.Name):
        return node.name == name
    if isinstance(node, tuple):
        return any(_mentions(part, name) for part in node)
    fields = getattr(node, "__dataclass_fields__", {})
    return any(_mentions(getattr(node, field), name) for field in fields)


def _tests_as_value(node: ast.UnaryTests, scope: Scope) -> Compiled:
    """Return the range that a single test such as `< 5` means where a value is wanted."""
    (test,) = node.tests
    operand = compile_expression(test.operand, scope)

    def value(end: object) -> object:
        match test.operator:
            case "<" | "<=":
                return Range(OPEN, end, False, test.operator == "<=")
            case ">" | ">=":
                return Range(end, OPEN, test.operator == ">=", False)
            case "=":
                return Range(end, end, True, True, is_point=True)
            case _:
                return None

    return strict(value, [operand], scope.place)
