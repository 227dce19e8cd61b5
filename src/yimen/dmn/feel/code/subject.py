"""A subject taken whole, as an argument is: still only the facts somebody looks at are asked."""

from collections.abc import ItemsView, Iterator, KeysView, ValuesView

from yimen.dmn.feel.scope import Input, Run
from yimen.dmn.feel.types import Type


class Subject(dict[str, object]):
    """A context whose entries are asked for one by one, on first look; whoever looks at all of it asks for all.

    It is a dict because contexts are; every way into it is overridden here, so nothing sees it half filled.
    """

    def __init__(self, symbol: Input, run: Run) -> None:
        """Start with nothing asked."""
        super().__init__()
        self._symbol, self._run = symbol, run

    @property
    def type(self) -> Type | None:
        """Return the type its facts were declared with, to which they conform already."""
        return self._symbol.type

    def _filled(self) -> dict[str, object]:
        """Return all entries, asking for those not asked yet, in the order of the declaration."""
        return {name: self[name] for name in self._symbol.parts}

    def __getitem__(self, name: str) -> object:
        """Return one entry, asking for it."""
        if not super().__contains__(name):
            super().__setitem__(name, taken(self._symbol.parts[name], self._run))
        return super().__getitem__(name)

    def get(self, name: str, default: object = None) -> object:
        """Return one entry, asking for it; the default where the subject has none of this name."""
        return self[name] if name in self._symbol.parts else default

    def __contains__(self, name: object) -> bool:
        """Tell whether the subject has such an entry; asks for nothing."""
        return name in self._symbol.parts

    def __iter__(self) -> Iterator[str]:
        """Yield the names; asks for nothing."""
        return iter(self._symbol.parts)

    def __len__(self) -> int:
        """Return how many entries there are; asks for nothing."""
        return len(self._symbol.parts)

    def keys(self) -> KeysView[str]:  # type: ignore[override]  # a view of another dict serves as well
        """Return the names; asks for nothing."""
        return self._symbol.parts.keys()

    def values(self) -> ValuesView[object]:  # type: ignore[override]  # as above
        """Return all values, asking for them."""
        return self._filled().values()

    def items(self) -> ItemsView[str, object]:  # type: ignore[override]  # as above
        """Return all entries, asking for them."""
        return self._filled().items()

    def __eq__(self, other: object) -> bool:
        """Compare all entries, asking for them."""
        return self._filled() == other

    def __repr__(self) -> str:
        """Return what has been asked so far; asks for nothing."""
        return f"Subject({self._symbol.path}, {dict(super().items())!r})"

    __hash__ = None


def taken(symbol: Input, run: Run) -> object:
    """Return a fact, or the subject above facts, unasked; null or an Unknown where the subject itself is."""
    if not symbol.parts:
        return run.fact(symbol.path)
    found = run.subject(symbol.path)
    return Subject(symbol, run) if found is True else found
