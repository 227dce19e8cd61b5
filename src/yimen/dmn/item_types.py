"""From item definitions to types (DMN 1.5, 7.3.2 and 7.3.3)."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from yimen.dmn.declared import TypeDeclared
from yimen.dmn.errors import FeelSyntaxError, Problem
from yimen.dmn.feel.bounds import Exhausted
from yimen.dmn.feel.compile import compile_tests
from yimen.dmn.feel.functions import BUILTINS
from yimen.dmn.feel.parser import parse_unary_tests
from yimen.dmn.feel.properties import NAMES as PROPERTIES
from yimen.dmn.feel.scanner import Names
from yimen.dmn.feel.scope import Scope
from yimen.dmn.feel.tokens import Vocabulary
from yimen.dmn.feel.types import ANY, NAMES, ContextType, FunctionType, ListType, Restricted, Type, basic
from yimen.dmn.silent import Counting

BUILTIN_NAMES, BASIC_NAMES = Names().plus(BUILTINS), Names().plus(NAMES)


class ItemTypes:
    """The types of one document by name, those of imported documents under their prefix."""

    def __init__(self, declared: Sequence[TypeDeclared], imported: Mapping[str, Type], problems: list[Problem]) -> None:
        """Resolve all of them; what is wrong is added to `problems`."""
        self._declared = {one.name: one for one in declared}
        self._problems = problems
        self._members = Names().plus({*PROPERTIES, *(name for one in declared for name in _members(one))})
        self._open: set[str] = set()
        self.by_name: dict[str, Type] = dict(imported)
        for name in self._declared:
            self._named(name)

    def of(self, name: str, line: int, place: str) -> Type:
        """Return the type of this name; an unknown one is a problem, an empty name means Any."""
        found = self._named(name) if name else ANY
        if found is None:
            self._problems.append(Problem(line, place, f"没有名为“{name}”的类型。", "请检查 typeRef 的拼写。"))
        return found or ANY

    def _named(self, name: str) -> Type | None:
        if name in self.by_name:
            return self.by_name[name]
        if name not in self._declared:
            return basic(name)
        if name in self._open:
            return ANY  # a type within itself, as of a tree: its inner levels are not checked
        self._open.add(name)
        self.by_name[name] = found = self._resolved(self._declared[name], name)
        self._open.discard(name)
        return found

    def _resolved(self, one: TypeDeclared, place: str) -> Type:
        where = f"itemDefinition “{place}”"
        if one.parts:
            item: Type = ContextType(tuple((part.name, self._resolved(part, place)) for part in one.parts))
        elif one.function is not None:
            parameters, result = one.function
            types = tuple(self.of(parameter, one.line, where) for parameter in parameters)
            item = FunctionType(types, self.of(result, one.line, where))
        else:
            item = self.of(one.base, one.line, where)
        item = self._restricted(item, one.allowed, one.line, where)
        whole: Type = ListType(item) if one.is_collection else item
        return self._restricted(whole, one.constraint, one.line, where)

    def _restricted(self, type_: Type, tests: str, line: int, place: str) -> Type:
        if not tests:
            return type_
        try:
            return Restricted(type_, self._admits(tests), tests)
        except FeelSyntaxError as error:
            what = f"取值范围“{tests}”第 {error.column} 列：{error.what}"
            self._problems.append(Problem(line, place, what, "请改正后再试。"))
            return type_

    def _admits(self, tests: str) -> Callable[[object], bool]:
        """Return what tells whether a known value passes the tests; what they take too long over does not."""
        scope = Scope({}, "allowedValues").with_locals("?")
        tree = parse_unary_tests(tests, Vocabulary(BUILTIN_NAMES, self._members, BASIC_NAMES))
        compiled = compile_tests(tree, lambda _run, local: local["?"], scope)

        def admits(value: object) -> bool:
            try:
                return compiled.code(Counting(), {"?": value}) is True
            except (Exhausted, RecursionError):
                return False

        return admits


def _members(one: TypeDeclared) -> Iterator[str]:
    for part in one.parts:
        yield part.name
        yield from _members(part)
