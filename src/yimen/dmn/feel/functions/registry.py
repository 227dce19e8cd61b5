"""The table of built-in functions: each theme's module declares its own with `@function`."""

from collections.abc import Callable
from dataclasses import dataclass

from yimen.dmn.values import Unknown, unknowns

BUILTINS: dict[str, "Builtin"] = {}


@dataclass(frozen=True, slots=True)
class Builtin:
    """A built-in function: its name, the lists of parameter names it accepts, and what it does.

    `call` gets values that are known, in the order of the parameters of the first list that fits; what is not given is
    left out. It returns None (FEEL null) for arguments that make no sense. `is_variadic` takes any number, or one list.
    `is_shallow` only moves or counts the items of lists and the entries of contexts, so these may still be unknown.
    """

    name: str
    signatures: tuple[tuple[str, ...], ...]
    call: Callable[..., object]
    is_variadic: bool = False
    is_shallow: bool = False

    def waits_for(self, arguments: tuple[object, ...]) -> frozenset[str] | None:
        """Return the facts to be known before the call can be made; None where it can be made."""
        if self.is_shallow:
            return unknowns([value for value in arguments if isinstance(value, Unknown)])
        return unknowns(list(arguments))

    def result(self, arguments: tuple[object, ...], names: tuple[str, ...] = ()) -> object:
        """Return what the function gives for known arguments; None where they make no sense, however wild they are."""
        arranged = self.arrange(arguments, names)
        if arranged is None:
            return None
        result = self._called(arranged)
        if result is None and self.is_shallow and (inside := unknowns(list(arguments))) is not None:
            return Unknown(inside)
        if result is None:
            other = self._coerced(arranged)
            result = None if other is None else self._called(other)
        return result

    def _called(self, arguments: tuple[object, ...]) -> object:
        try:
            return self.call(*arguments)
        except (ArithmeticError, ValueError, TypeError):  # TypeError: an instant with an offset beside one without
            return None

    def _coerced(self, arguments: tuple[object, ...]) -> tuple[object, ...] | None:
        """Return the arguments with a list of one for its item, and an item for a list of it (10.3.2.9.4)."""
        if self.is_variadic:
            return None
        names = next((one for one in self.signatures if self._fits(len(arguments), one)), ())
        changed = tuple(
            _coerced(value, is_list=name.rstrip("?") == "list") for value, name in zip(arguments, names, strict=False)
        )
        return None if len(changed) < len(arguments) or changed == arguments else changed

    def arrange(self, arguments: tuple[object, ...], names: tuple[str, ...]) -> tuple[object, ...] | None:
        """Return the arguments in the order the call wants them, None where they fit no signature."""
        if not names:
            return (
                arguments
                if (self.is_variadic and arguments) or any(self._fits(len(arguments), one) for one in self.signatures)
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


def _coerced(value: object, *, is_list: bool) -> object:
    if is_list:
        return value if value is None or isinstance(value, list) else [value]
    return value[0] if isinstance(value, list) and len(value) == 1 else value


def function(
    name: str, *signatures: str, variadic: bool = False, shallow: bool = False
) -> Callable[[Callable[..., object]], Callable[..., object]]:
    """Declare a built-in; each signature is its parameters' names joined by commas, optional ones ending in `?`."""

    def declare(call: Callable[..., object]) -> Callable[..., object]:
        if name in BUILTINS:
            raise ValueError(f"built-in {name!r} is declared twice")
        split = tuple(tuple(part.strip() for part in one.split(",") if part.strip()) for one in signatures)
        BUILTINS[name] = Builtin(name, split, call, variadic, shallow)
        return call

    return declare
