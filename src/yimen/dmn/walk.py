"""Every node of a tree with the scope it stands in: for whoever looks at logic without running it."""

from collections.abc import Generator, Iterator
from dataclasses import fields, is_dataclass

from yimen.dmn.feel import ast
from yimen.dmn.feel.scope import Local, Scope


def walk(tree: object, scope: Scope) -> Iterator[tuple[object, Scope]]:
    """Yield the nodes of a tree, each before what is in it, with what the names in it mean."""
    if isinstance(tree, tuple):
        for part in tree:
            yield from walk(part, scope)
        return
    if not is_dataclass(tree):
        return
    yield tree, scope
    match tree:
        case ast.ContextOf(entries, _, result):
            for name, entry in entries:
                yield from walk(entry, scope)
                scope = scope.with_locals(name)
            yield from walk(result, scope)
        case ast.For(iterators, result):
            scope = yield from _iterators(iterators, scope)
            yield from walk(result, scope.with_locals("partial"))
        case ast.Quantified(_, iterators, condition):
            scope = yield from _iterators(iterators, scope)
            yield from walk(condition, scope)
        case ast.FunctionOf(parameters, _, body):
            yield from walk(body, scope.with_locals(*parameters))
        case ast.Filter(base, condition):
            yield from walk(base, scope)
            yield from walk(condition, scope.filtering())
        case ast.UnaryTests(tests):
            yield from walk(tests, scope.with_locals("?"))
        case ast.Typed(value):
            yield from walk(value, scope)
        case ast.Literal() | ast.Name() | ast.NoLogic():
            return
        case _:
            for field in fields(tree):
                yield from walk(getattr(tree, field.name), scope)


def _iterators(iterators: tuple[ast.Iterator, ...], scope: Scope) -> Generator[tuple[object, Scope], None, Scope]:
    for one in iterators:
        yield from walk(one.over, scope.with_locals("partial"))
        yield from walk(one.until, scope)
        scope = scope.with_locals(one.name)
    return scope


def is_within(scope: Scope) -> bool:
    """Tell whether an expression sees variables of the logic around it, so that it has no value by itself."""
    return scope.in_filter or any(isinstance(symbol, Local) for symbol in scope.symbols.values())
