"""From the tree to closures. Operands are asked lazily; an unknown spreads, carrying the facts it waits for.

Everything strict goes through `_strict`: where a value is unknown through and through or in part, so is the result.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import chain
from typing import assert_never

from yimen.dmn.errors import FeelSyntaxError
from yimen.dmn.feel import ast, operators, properties
from yimen.dmn.feel.functions import BUILTINS, Builtin
from yimen.dmn.feel.scope import Defined, Input, Local, Required, Run, Scope, Symbol
from yimen.dmn.feel.truth import junction, truth
from yimen.dmn.feel.types import is_instance
from yimen.dmn.values import Function, Range, Unknown, unknowns

Locals = Mapping[str, object]
Code = Callable[[Run, Locals], object]
NOTHING: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Compiled:
    """An expression ready to run, and the facts it can reach."""

    code: Code
    facts: frozenset[str]


def compile_expression(node: ast.Expr, scope: Scope) -> Compiled:
    """Return the code of an expression.

    Raises:
        FeelSyntaxError: a name means nothing here.
    """
    match node:
        case ast.Literal(value):
            return Compiled(lambda _run, _locals: value, NOTHING)
        case ast.Name(name, at):
            return _name(name, at, scope)
        case ast.ListOf(items):
            return _list([compile_expression(item, scope) for item in items])
        case ast.ContextOf(entries):
            return _context(entries, scope)
        case ast.RangeOf():
            return _range(node, scope)
        case ast.Path():
            return _path(node, scope)
        case ast.Filter():
            return _filter(node, scope)
        case ast.Call():
            return _call(node, scope)
        case ast.Negate(operand):
            return _strict(operators.negate, [compile_expression(operand, scope)])
        case ast.Arithmetic(operator, left, right):
            sides = [compile_expression(left, scope), compile_expression(right, scope)]
            return _strict(lambda a, b: operators.arithmetic(operator, a, b), sides)
        case ast.Compare(operator, left, right):
            sides = [compile_expression(left, scope), compile_expression(right, scope)]
            return _strict(lambda a, b: operators.compare(operator, a, b), sides)
        case ast.Between(value, low, high):
            parts = [compile_expression(part, scope) for part in (value, low, high)]
            return _strict(lambda v, a, b: operators.contains(Range(a, b, True, True), v), parts)
        case ast.In(value, tests):
            return _in(compile_expression(value, scope), tests, scope)
        case ast.Junction(operator, operands):
            return _junction([compile_expression(one, scope) for one in operands], decisive=operator == "or")
        case ast.If(condition, then, otherwise):
            return _if(*(compile_expression(part, scope) for part in (condition, then, otherwise)))
        case ast.For(iterators, result):
            return _for(iterators, result, scope)
        case ast.Quantified():
            return _quantified(node, scope)
        case ast.InstanceOf(value, type_):
            return _strict(lambda v: is_instance(v, type_), [compile_expression(value, scope)])
        case ast.FunctionOf(parameters, body):
            return _function(parameters, compile_expression(body, scope.with_locals(*parameters)))
        case ast.UnaryTests():
            return _tests_as_value(node, scope)
        case _:
            assert_never(node)


def _strict(call: Callable[..., object], parts: Sequence[Compiled]) -> Compiled:
    """Return the code that calls with the parts' values once all of them are known."""
    codes = [part.code for part in parts]

    def code(run: Run, local: Locals) -> object:
        values = [one(run, local) for one in codes]
        waiting = unknowns(values)
        return call(*values) if waiting is None else Unknown(waiting)

    return Compiled(code, _facts(parts))


def _facts(parts: Sequence[Compiled]) -> frozenset[str]:
    return NOTHING.union(*(part.facts for part in parts))


# --- names and paths


def _name(name: str, at: int, scope: Scope) -> Compiled:
    symbol = scope.symbols.get(name)
    if symbol is None and not scope.in_filter and name not in BUILTINS:
        raise FeelSyntaxError(
            f"名称“{name}”没有定义。请检查拼写，或在 informationRequirement 中引用它。", text=name, column=at
        )
    outer = _symbol(name, symbol)
    if not scope.in_filter or isinstance(symbol, Local):
        return outer

    def code(run: Run, local: Locals) -> object:
        item = local.get("item")
        return item[name] if isinstance(item, dict) and name in item else outer.code(run, local)

    return Compiled(code, outer.facts)


def _symbol(name: str, symbol: Symbol | None) -> Compiled:
    match symbol:
        case Input():
            return _input(symbol)
        case Required(decision, facts):
            return Compiled(lambda run, _local: run.decision(decision), facts)
        case Local(local_name):
            return Compiled(lambda _run, local: local.get(local_name), NOTHING)
        case Defined(code, facts):
            return Compiled(code, facts)
        case None:
            builtin = BUILTINS.get(name)
            value = None if builtin is None else _as_value(builtin)
            return Compiled(lambda _run, _local: value, NOTHING)
        case _:
            assert_never(symbol)


def _as_value(builtin: Builtin) -> Function:
    def call(*arguments: object) -> object:
        waiting = unknowns(list(arguments))
        return builtin.call(*arguments) if waiting is None else Unknown(waiting)

    return Function(tuple(name.rstrip("?") for name in builtin.signatures[0]), call)


def _input(symbol: Input) -> Compiled:
    if not symbol.parts:
        return Compiled(lambda run, _local: run.fact(symbol.path), symbol.leaves())
    parts = {name: _input(part) for name, part in symbol.parts.items()}

    def code(run: Run, local: Locals) -> object:
        return {name: part.code(run, local) for name, part in parts.items()}

    return Compiled(code, symbol.leaves())


def _path(node: ast.Path, scope: Scope) -> Compiled:
    part = _part(node, scope)
    if part is not None:
        return _input(part)
    base, name = compile_expression(node.base, scope), node.name

    def code(run: Run, local: Locals) -> object:
        value = base.code(run, local)
        if isinstance(value, Unknown):
            return value
        if isinstance(value, dict):
            return value.get(name)
        return properties.read(value, name)

    return Compiled(code, base.facts)


def _part(node: ast.Expr, scope: Scope) -> Input | None:
    """Return the input or component that a path names, None where it names something else."""
    match node:
        case ast.Name(name):
            symbol = scope.symbols.get(name)
            return symbol if isinstance(symbol, Input) else None
        case ast.Path(base, name):
            whole = _part(base, scope)
            return None if whole is None else whole.parts.get(name)
        case _:
            return None


# --- lists, contexts, ranges, filters


def _list(items: Sequence[Compiled]) -> Compiled:
    codes = [item.code for item in items]
    return Compiled(lambda run, local: [code(run, local) for code in codes], _facts(items))


def _context(entries: Sequence[tuple[str, ast.Expr]], scope: Scope) -> Compiled:
    parts: list[tuple[str, Compiled]] = []
    for name, entry in entries:
        parts.append((name, compile_expression(entry, scope)))
        scope = scope.with_locals(name)

    def code(run: Run, local: Locals) -> object:
        result: dict[str, object] = {}
        for name, part in parts:
            result[name] = part.code(run, {**local, **result})
        return result

    return Compiled(code, _facts([part for _, part in parts]))


def _range(node: ast.RangeOf, scope: Scope) -> Compiled:
    ends = [
        compile_expression(end, scope) if end else Compiled(lambda _r, _l: None, NOTHING)
        for end in (node.low, node.high)
    ]
    return _strict(lambda low, high: Range(low, high, node.low_included, node.high_included), ends)


def _filter(node: ast.Filter, scope: Scope) -> Compiled:
    base, condition = compile_expression(node.base, scope), compile_expression(node.condition, scope.filtering())

    def code(run: Run, local: Locals) -> object:
        value = base.code(run, local)
        if isinstance(value, Unknown):
            return value
        items = value if isinstance(value, list) else [] if value is None else [value]
        index = condition.code(run, {**local, "item": None})
        if isinstance(index, Decimal):
            return _at(items, index)
        kept, waiting = [], None
        for item in items:
            verdict = truth(condition.code(run, {**local, "item": item}))
            if isinstance(verdict, Unknown):
                waiting = verdict.facts | (waiting or NOTHING)
            elif verdict is True:
                kept.append(item)
        return kept if waiting is None else Unknown(waiting)

    return Compiled(code, base.facts | condition.facts)


def _at(items: list[object], index: Decimal) -> object:
    place = int(index) - 1 if index > 0 else len(items) + int(index)
    return items[place] if index != 0 and index == int(index) and 0 <= place < len(items) else None


# --- logic


def _junction(operands: Sequence[Compiled], *, decisive: bool) -> Compiled:
    """Return the code of a chain: the operands whose unread facts cost least are asked first, else as written."""
    facts = _facts(operands)

    def code(run: Run, local: Locals) -> object:
        ordered = sorted(operands, key=lambda operand: run.expense(operand.facts))
        return junction((_later(operand, run, local) for operand in ordered), decisive=decisive)

    return Compiled(code, facts)


def _later(operand: Compiled, run: Run, local: Locals) -> Callable[[], object]:
    return lambda: operand.code(run, local)


def _if(condition: Compiled, then: Compiled, otherwise: Compiled) -> Compiled:
    def code(run: Run, local: Locals) -> object:
        verdict = truth(condition.code(run, local))
        if not isinstance(verdict, Unknown):
            return (then if verdict is True else otherwise).code(run, local)
        return agreed([then.code(run, local), otherwise.code(run, local)], verdict.facts)

    return Compiled(code, _facts([condition, then, otherwise]))


def agreed(candidates: Sequence[object], waiting: frozenset[str]) -> object:
    """Return the one value all candidates have, whichever of them comes true; unknown where they differ."""
    inner = unknowns(list(candidates))
    first = candidates[0]
    if inner is None and all(operators.equal(first, other) is True for other in candidates[1:]):
        return first
    return Unknown(waiting | (inner or NOTHING))


# --- calls and functions


def _call(node: ast.Call, scope: Scope) -> Compiled:
    arguments = [compile_expression(argument, scope) for argument in node.arguments]
    if isinstance(node.function, ast.Name) and node.function.name not in scope.symbols:
        builtin = BUILTINS.get(node.function.name)
        if builtin is None and not scope.in_filter:
            what = f"没有名为“{node.function.name}”的函数。请检查拼写。"
            raise FeelSyntaxError(what, text=node.function.name, column=node.function.at)
        if builtin is not None:
            return _builtin_call(builtin, arguments, node.names, scope.place)
    return _value_call(compile_expression(node.function, scope), arguments, node.names)


def _builtin_call(builtin: Builtin, arguments: Sequence[Compiled], names: tuple[str, ...], place: str) -> Compiled:
    codes = [argument.code for argument in arguments]

    def code(run: Run, local: Locals) -> object:
        values = tuple(one(run, local) for one in codes)
        waiting = unknowns(list(values))
        if waiting is not None:
            return Unknown(waiting)
        arranged = builtin.arrange(values, names)
        result = None if arranged is None else builtin.call(*arranged)
        if result is None:
            run.note(f"函数 {builtin.name} 对这些参数没有结果", place)
        return result

    return Compiled(code, _facts(arguments))


def _value_call(function: Compiled, arguments: Sequence[Compiled], names: tuple[str, ...]) -> Compiled:
    def code(run: Run, local: Locals) -> object:
        value = function.code(run, local)
        if isinstance(value, Unknown) or not isinstance(value, Function):
            return value if isinstance(value, Unknown) else None
        values = [argument.code(run, local) for argument in arguments]
        if names:
            if set(names) != set(value.parameters):
                return None
            given = dict(zip(names, values, strict=True))
            values = [given[name] for name in value.parameters]
        return value.call(*values) if len(values) == len(value.parameters) else None

    return Compiled(code, function.facts | _facts(arguments))


def _function(parameters: tuple[str, ...], body: Compiled) -> Compiled:
    def code(run: Run, local: Locals) -> object:
        return Function(
            parameters, lambda *values: body.code(run, {**local, **dict(zip(parameters, values, strict=True))})
        )

    return Compiled(code, body.facts)


# --- iteration


def _for(iterators: tuple[ast.Iterator, ...], result: ast.Expr, scope: Scope) -> Compiled:
    sources, inner = _iterators(iterators, scope)
    body = compile_expression(result, inner.with_locals("partial"))

    def code(run: Run, local: Locals) -> object:
        results: list[object] = []
        for bound in _bindings(run, local, sources):
            if not isinstance(bound, dict):
                return bound
            results.append(body.code(run, {**local, **bound, "partial": list(results)}))
        return results

    return Compiled(code, _facts([body, *chain.from_iterable(parts for _, *parts in sources)]))


def _quantified(node: ast.Quantified, scope: Scope) -> Compiled:
    sources, inner = _iterators(node.iterators, scope)
    condition = compile_expression(node.condition, inner)

    def code(run: Run, local: Locals) -> object:
        bindings = list(_bindings(run, local, sources))
        strange = [bound for bound in bindings if not isinstance(bound, dict)]
        if strange:
            return strange[0]
        tests = (_later(condition, run, {**local, **bound}) for bound in bindings if isinstance(bound, dict))
        return junction(tests, decisive=node.quantifier == "some")

    return Compiled(code, _facts([condition, *chain.from_iterable(parts for _, *parts in sources)]))


Source = tuple[str, Compiled] | tuple[str, Compiled, Compiled]


def _iterators(iterators: tuple[ast.Iterator, ...], scope: Scope) -> tuple[list[Source], Scope]:
    sources: list[Source] = []
    for one in iterators:
        over = compile_expression(one.over, scope)
        sources.append((one.name, over, compile_expression(one.until, scope)) if one.until else (one.name, over))
        scope = scope.with_locals(one.name)
    return sources, scope


def _bindings(run: Run, local: Locals, sources: Sequence[Source]) -> Iterator[object]:
    """Yield the locals of each round; an Unknown or None instead where what is gone through is so."""
    if not sources:
        yield {}
        return
    name, *parts = sources[0]
    items = _items([part.code(run, local) for part in parts])
    if not isinstance(items, list):
        yield items
        return
    for item in items:
        for rest in _bindings(run, {**local, name: item}, sources[1:]):
            yield {name: item, **rest} if isinstance(rest, dict) else rest


def _items(values: list[object]) -> object:
    """Return what an iterator goes through: a list's items, the whole numbers of a range, one value by itself."""
    match values:
        case [Unknown() as waiting] | [Unknown() as waiting, _] | [_, Unknown() as waiting]:
            return waiting
        case [list(items)]:
            return items
        case [Range(Decimal() as low, Decimal() as high, low_in, high_in)]:
            return _whole(low if low_in else low + 1, high if high_in else high - 1)
        case [Decimal() as low, Decimal() as high]:
            return _whole(low, high)
        case [None] | [_, _]:
            return None
        case [single]:
            return [single]
        case _:
            return None


def _whole(low: Decimal, high: Decimal) -> list[object]:
    step = 1 if low <= high else -1
    return [Decimal(value) for value in range(int(low), int(high) + step, step)]


# --- unary tests


def compile_tests(node: ast.UnaryTests, value: Code, scope: Scope) -> Compiled:
    """Return the code that puts a value to unary tests; no tests at all (`-`) are always passed."""
    inner = scope.with_locals("?")
    tests = [(test, compile_expression(test.operand, inner)) for test in node.tests]

    def code(run: Run, local: Locals) -> object:
        if not tests:
            return True
        asked = value(run, local)
        bound = {**local, "?": asked}
        verdict = junction((_put(test, operand, asked, run, bound) for test, operand in tests), decisive=True)
        if node.is_negated:
            return verdict if isinstance(verdict, Unknown) or verdict is None else not verdict
        return verdict

    return Compiled(code, _facts([operand for _, operand in tests]))


def _put(test: ast.Test, operand: Compiled, asked: object, run: Run, local: Locals) -> Callable[[], object]:
    return lambda: _test(test, asked, operand.code(run, local))


def _in(value: Compiled, tests: ast.UnaryTests, scope: Scope) -> Compiled:
    compiled = compile_tests(tests, value.code, scope)
    return Compiled(compiled.code, value.facts | compiled.facts)


def _test(test: ast.Test, value: object, operand: object) -> object:
    if _asks_itself(test.operand):
        return truth(operand)
    waiting = unknowns([value, operand])
    if waiting is not None:
        return Unknown(waiting)
    if test.operator is not None:
        return operators.compare(test.operator, value, operand)
    return _matches(value, operand)


def _matches(value: object, operand: object) -> object:
    if isinstance(operand, Range) and not isinstance(value, Range):
        return operators.contains(operand, value)
    if isinstance(operand, list) and operators.equal(value, operand) is not True:
        return any(_matches(value, one) is True for one in operand)
    return operators.equal(value, operand)


def _asks_itself(node: object) -> bool:
    """Tell whether an expression mentions `?`, the value under test."""
    if isinstance(node, ast.Name):
        return node.name == "?"
    if isinstance(node, tuple):
        return any(map(_asks_itself, node))
    fields = getattr(node, "__dataclass_fields__", {})
    return any(_asks_itself(getattr(node, name)) for name in fields)


def _tests_as_value(node: ast.UnaryTests, scope: Scope) -> Compiled:
    """Return the range that a single test such as `< 5` means where a value is wanted."""
    (test,) = node.tests
    operand = compile_expression(test.operand, scope)

    def value(end: object) -> object:
        match test.operator:
            case "<" | "<=":
                return Range(None, end, False, test.operator == "<=")
            case ">" | ">=":
                return Range(end, None, test.operator == ">=", False)
            case "=":
                return Range(end, end, True, True)
            case _:
                return None

    return _strict(value, [operand])
