"""What a condition asks of facts, as a tree; written as FEEL, and how far it was missed as words a model can give."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import assert_never

DAY = "application.date"


@dataclass(frozen=True, slots=True)
class Compare:
    """A number against a number. `unit` is what follows it in Chinese; money is in yuan, ratios in percent."""

    fact: str
    operator: str
    value: Decimal
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Against:
    """A number against another fact."""

    fact: str
    operator: str
    other: str


@dataclass(frozen=True, slots=True)
class Is:
    """A claim that is true, or that is not."""

    fact: str
    value: bool


@dataclass(frozen=True, slots=True)
class OneOf:
    """A code among some; with `absent` among none of them."""

    fact: str
    values: tuple[str, ...]
    absent: bool = False


@dataclass(frozen=True, slots=True)
class Holds:
    """A list that holds all of these codes; with `absent` none of them."""

    fact: str
    values: tuple[str, ...]
    absent: bool = False


@dataclass(frozen=True, slots=True)
class Begins:
    """A code that begins so: a division, an industry. With several one of them will do; with `absent` none may."""

    fact: str
    prefixes: tuple[str, ...]
    absent: bool = False


@dataclass(frozen=True, slots=True)
class Since:
    """How long ago a day was on the day of the application: `>=` at least, `<` less than. `period` as in ISO 8601."""

    fact: str
    operator: str
    period: str


@dataclass(frozen=True, slots=True)
class Within:
    """A day between two, both included; with `absent` a day outside them."""

    fact: str
    first: date
    last: date
    absent: bool = False


@dataclass(frozen=True, slots=True)
class All:
    """Every one of them."""

    parts: tuple["Expression", ...]


@dataclass(frozen=True, slots=True)
class Any:
    """At least one of them."""

    parts: tuple["Expression", ...]


@dataclass(frozen=True, slots=True)
class Either:
    """One thing where something holds, another where it does not."""

    where: "Expression"
    then: "Expression"
    otherwise: "Expression"


Expression = Compare | Against | Is | OneOf | Holds | Begins | Since | Within | All | Any | Either


def every(parts: list[Expression]) -> Expression | None:
    """Return the conjunction of these without repetitions; None of none."""
    distinct: list[Expression] = []
    for part in parts:
        match distinct[-1:], part:
            case [OneOf(fact, values, True)], OneOf(same, more, True) if fact == same:
                distinct[-1] = OneOf(fact, tuple(dict.fromkeys((*values, *more))), absent=True)
            case [Begins(fact, values, True)], Begins(same, more, True) if fact == same:
                distinct[-1] = Begins(fact, tuple(dict.fromkeys((*values, *more))), absent=True)
            case _ if part not in distinct:
                distinct.append(part)
    return None if not distinct else distinct[0] if len(distinct) == 1 else All(tuple(distinct))


def some(parts: list[Expression]) -> Expression | None:
    """Return the disjunction of these without repetitions; None of none. Codes of one fact become one test."""
    distinct: list[Expression] = []
    for part in parts:
        match distinct[-1:], part:
            case [OneOf(fact, values, False)], OneOf(same, more, False) if fact == same:
                distinct[-1] = OneOf(fact, tuple(dict.fromkeys((*values, *more))))
            case [Begins(fact, values, False)], Begins(same, more, False) if fact == same:
                distinct[-1] = Begins(fact, tuple(dict.fromkeys((*values, *more))))
            case _ if part not in distinct:
                distinct.append(part)
    return None if not distinct else distinct[0] if len(distinct) == 1 else Any(tuple(distinct))


def facts(tree: Expression) -> tuple[str, ...]:
    """Return the facts it can look at, in the order it names them."""
    return tuple(dict.fromkeys(_facts(tree)))


def _facts(tree: Expression) -> Iterator[str]:
    match tree:
        case Compare() | Is() | OneOf() | Holds() | Begins() | Within():
            yield tree.fact
        case Since():
            yield tree.fact
            yield DAY
        case Against():
            yield tree.fact
            yield tree.other
        case All(parts) | Any(parts):
            for part in parts:
                yield from _facts(part)
        case Either(where, then, otherwise):
            for part in (where, then, otherwise):
                yield from _facts(part)
        case _:
            assert_never(tree)


def facts_in(feel: str) -> set[str]:
    """Return the facts a FEEL expression names: dotted names outside of its texts."""
    return set(re.findall(r"\b[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*", re.sub(r'"[^"]*"', "", feel)))


def feel(tree: Expression) -> str:
    """Return it as FEEL (DMN 1.5, 10.3)."""
    match tree:
        case Compare(fact, operator, value):
            return f"{fact} {operator} {value:f}"
        case Against(fact, operator, other):
            return f"{fact} {operator} {other}"
        case Is(fact, value):
            return f"{fact} = {str(value).lower()}"
        case OneOf(fact, values, absent):
            return _one_of(fact, values, absent=absent)
        case Holds(fact, values, absent):
            return " and ".join(
                f'{"not(" if absent else ""}list contains({fact}, "{one}"){")" if absent else ""}' for one in values
            )
        case Begins(fact, prefixes, absent):
            begun = " or ".join(f'starts with({fact}, "{one}")' for one in prefixes)
            return f"not({begun})" if absent else begun
        case Since(fact, operator, period):
            mirrored = {">=": "<=", ">": "<", "<=": ">=", "<": ">"}[operator]
            return f'{fact} + duration("{period}") {mirrored} {DAY}'
        case Within(fact, first, last, absent):
            within = f'{fact} in [date("{first}")..date("{last}")]'
            return f"not({within})" if absent else within
        case All(parts):
            return " and ".join(_inner(one, feel(one)) for one in parts)
        case Any(parts):
            return " or ".join(_inner(one, feel(one)) for one in parts)
        case Either(where, then, otherwise):
            return f"if {feel(where)} then {feel(then)} else {feel(otherwise)}"
        case _:
            assert_never(tree)


def _one_of(fact: str, values: tuple[str, ...], *, absent: bool) -> str:
    if len(values) == 1:
        return f'{fact} {"!=" if absent else "="} "{values[0]}"'
    among = f"{fact} in ({', '.join(f'{chr(34)}{one}{chr(34)}' for one in values)})"
    return f"not({among})" if absent else among


def _inner(tree: Expression, text: str) -> str:
    several = isinstance(tree, Begins) and len(tree.prefixes) > 1 and not tree.absent
    return f"({text})" if several or isinstance(tree, All | Any | Either) else text


def negated(tree: Expression) -> Expression:
    """Return what holds exactly where this does not."""
    match tree:
        case Compare(fact, operator, value, unit):
            return Compare(fact, _opposite(operator), value, unit)
        case Against(fact, operator, other):
            return Against(fact, _opposite(operator), other)
        case Is(fact, value):
            return Is(fact, not value)
        case OneOf(fact, values, absent):
            return OneOf(fact, values, not absent)
        case Holds(fact, values, absent):
            if len(values) == 1:
                return Holds(fact, values, not absent)
            return Any(tuple(Holds(fact, (one,), not absent) for one in values))
        case Begins(fact, prefixes, absent):
            return Begins(fact, prefixes, not absent)
        case Since(fact, operator, period):
            return Since(fact, _opposite(operator), period)
        case Within(fact, first, last, absent):
            return Within(fact, first, last, not absent)
        case All(parts):
            return Any(tuple(negated(one) for one in parts))
        case Any(parts):
            return All(tuple(negated(one) for one in parts))
        case Either(where, then, otherwise):
            return Either(where, negated(then), negated(otherwise))
        case _:
            assert_never(tree)


def _opposite(operator: str) -> str:
    return {">=": "<", ">": "<=", "<=": ">", "<": ">="}[operator]


def near(tree: Expression) -> str:
    """Return a FEEL text that says how far it was missed; empty where a number or a day does not say."""
    match tree:
        case Compare(fact, operator, value, unit):
            more = operator in {">=", ">"}
            gap = f"{value:f} - {fact}" if more else f"{fact} - {value:f}"
            return f'"{"还差" if more else "超出"} " + string({gap}) + "{_spoken(unit)}"'
        case Since(fact, ">=" | ">", period):
            return f'"还差 " + string(({fact} + duration("{period}") - {DAY}) / duration("P1D")) + " 天"'
        case Since(fact, "<" | "<=", period):
            return f'"已超过 " + string(({DAY} - ({fact} + duration("{period}"))) / duration("P1D")) + " 天"'
        case _:
            return ""


def _spoken(unit: str) -> str:
    return f" {unit}" if unit else ""
