"""The table of built-in functions: each theme's module declares its own with `@function`."""

from collections.abc import Callable
from dataclasses import dataclass

BUILTINS: dict[str, "Builtin"] = {}


@dataclass(frozen=True, slots=True)
class Builtin:
    """A built-in function: its name, the lists of parameter names it accepts, and what it does.

    `call` gets values that are known, in the order of the parameters of the first list that fits; what is not given is
    left out. It returns None (FEEL null) for arguments that make no sense. `is_variadic` takes any number, or one list.
    """

    name: str
    signatures: tuple[tuple[str, ...], ...]
    call: Callable[..., object]
    is_variadic: bool = False

    def result(self, arguments: tuple[object, ...], names: tuple[str, ...] = ()) -> object:
        """Return what the function gives for known arguments; None where they make no sense, however wild they are."""
        arranged = self.arrange(arguments, names)
        if arranged is None:
            return None
        try:
            return self.call(*arranged)
        except (ArithmeticError, ValueError):
            return None

    def arrange(self, arguments: tuple[object, ...], names: tuple[str, ...]) -> tuple[object, ...] | None:
        """Return the arguments in the order the call wants them, None where they fit no signature."""
        if not names:
            return (
                arguments
                if self.is_variadic or any(self._fits(len(arguments), one) for one in self.signatures)
                else None
            )
        given = dict(zip(names, arguments, strict=True))
        for signature in self.signatures:
            wanted = [name.rstrip("?") for name in signature]
            required = [name for name in signature if not name.endswith("?")]
            if given.keys() <= set(wanted) and given.keys() >= set(required):
                last = max(wanted.index(name) for name in given)
                return tuple(given.get(name) for name in wanted[: last + 1])
        return None

    @staticmethod
    def _fits(count: int, signature: tuple[str, ...]) -> bool:
        required = sum(not name.endswith("?") for name in signature)
        return required <= count <= len(signature)


def function(
    name: str, *signatures: str, variadic: bool = False
) -> Callable[[Callable[..., object]], Callable[..., object]]:
    """Declare a built-in; each signature is its parameters' names joined by commas, optional ones ending in `?`."""

    def declare(call: Callable[..., object]) -> Callable[..., object]:
        if name in BUILTINS:
            raise ValueError(f"built-in {name!r} is declared twice")
        split = tuple(tuple(part.strip() for part in one.split(",") if part.strip()) for one in signatures)
        BUILTINS[name] = Builtin(name, split, call, variadic)
        return call

    return declare
