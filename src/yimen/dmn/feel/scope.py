"""What names mean where an expression stands: inputs, decisions, functions, and the locals of the expression itself."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Protocol, Self

from yimen.dmn.errors import FeelSyntaxError
from yimen.dmn.feel import ast
from yimen.dmn.feel.types import ANY, Type
from yimen.dmn.notes import NoteKind

Apart = Callable[[int], int]
"""From the place of a row to the rows that are never hit together with it, as a mask: bit 0 is the first row."""


class Run(Protocol):
    """One evaluation under way: what compiled code asks of it."""

    @property
    def is_priced(self) -> bool:
        """Tell whether somebody says what facts cost."""

    def fact(self, path: str) -> object:
        """Return the fact's value, or an Unknown naming it; ask for it at most once."""

    def subject(self, path: str) -> object:
        """Return true for a subject with facts below it, null or an Unknown where it is that; ask for no fact."""

    def decision(self, key: str) -> object:
        """Return what another decision gave, evaluating it at most once."""

    def service(self, key: str, arguments: tuple[object, ...]) -> object:
        """Return what a decision service gives for these arguments, in the order of its parameters."""

    def expense(self, facts: frozenset[str]) -> float:
        """Return what it would cost to learn those of these facts that are not learnt yet."""

    def note(self, kind: NoteKind, place: str, values: tuple[object, ...] = ()) -> None:
        """Keep a remark on a null that the engine made."""

    def hit(self, row: str) -> None:
        """Keep which row of a table was hit."""

    def open(self, facts: frozenset[str]) -> None:
        """Keep that a row of a table waits for these facts."""

    def apart(self, table: ast.Table, scope: "Scope") -> Apart:
        """Return what tells which rows of a table are never hit together."""

    def work(self, rounds: int = 1) -> None:
        """Count rounds of loops and calls; give up past a bound, so that no model runs for ever."""


@dataclass(frozen=True, slots=True)
class Input:
    """An input data, or a component of one: its dotted path, its own components (empty for a leaf), and its type."""

    path: str
    parts: Mapping[str, "Input"] = field(default_factory=dict)
    type: Type | None = None

    def leaves(self) -> frozenset[str]:
        """Return the dotted paths below it, or its own."""
        if not self.parts:
            return frozenset([self.path])
        return frozenset().union(*(part.leaves() for part in self.parts.values()))


@dataclass(frozen=True, slots=True)
class Required:
    """Another decision, the facts it can reach, and the type its value conforms to."""

    key: str
    facts: frozenset[str]
    type: Type = ANY


@dataclass(frozen=True, slots=True)
class Local:
    """A variable of the expression itself: a parameter, an iterator, a context entry, `?`."""

    name: str


@dataclass(frozen=True, slots=True)
class Defined:
    """A business knowledge model or decision service: the code that gives its function, and the facts it can reach.

    `tree` is the function as written and `scope` what it sees; None for a service, and for a model without logic.
    """

    code: Callable[[Run, Mapping[str, object]], object]
    facts: frozenset[str]
    tree: ast.FunctionOf | None = None
    scope: "Scope | None" = None


@dataclass(frozen=True, slots=True)
class Imported:
    """Another model under the name it is imported by, with what of it is required here."""

    members: Mapping[str, "Symbol"]


Symbol = Input | Required | Local | Defined | Imported


@dataclass(frozen=True, slots=True)
class Filtering:
    """A filter an expression stands in: the local that holds its item at hand, and the names declared inside it."""

    item: str
    inner: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Scope:
    """The symbols and types by name. Inside a filter, an entry of the item filtered comes before what is outside.

    `place` is the name of the element an expression stands in, `tag` its kind and `path` the way to it in the document.
    `report` is told of texts that use names which mean nothing; without it they are refused at once.
    """

    symbols: Mapping[str, Symbol]
    place: str
    types: Mapping[str, Type] = field(default_factory=dict)
    filters: tuple[Filtering, ...] = ()
    tag: str = ""
    path: str = ""
    report: "Callable[[ast.Written, FeelSyntaxError, Scope], None] | None" = None

    def with_locals(self, *names: str) -> Self:
        """Return the scope with these locals before everything else."""
        symbols = {**self.symbols, **{name: Local(name) for name in names}}
        if not self.filters:
            return replace(self, symbols=symbols)
        *around, last = self.filters
        return replace(self, symbols=symbols, filters=(*around, replace(last, inner=last.inner.union(names))))

    def filtering(self) -> Self:
        """Return the scope of a filter's condition."""
        entered = replace(self, filters=(*self.filters, Filtering(f"item {len(self.filters) + 1}")))
        return replace(entered, symbols={**self.symbols, "item": Local("item")})

    @property
    def in_filter(self) -> bool:
        """Tell whether the expression stands in a filter, where any name may be an entry of the item."""
        return bool(self.filters)

    def items_before(self, name: str) -> tuple[str, ...]:
        """Return the locals holding items whose entry of this name comes before what it means here, innermost first."""
        found: list[str] = []
        for one in reversed(self.filters):
            if name in one.inner:
                break
            found.append(one.item)
        return tuple(found)


def symbol_of(tree: ast.Expr, scope: Scope) -> Symbol | None:
    """Return what a name or a path of names stands for, None for any other expression."""
    match tree:
        case ast.Name(name):
            return scope.symbols.get(name)
        case ast.Path(base, name):
            match symbol_of(base, scope):
                case Input(_, parts):
                    return parts.get(name)
                case Imported(members):
                    return members.get(name)
    return None
