"""From the tree of a pattern to one for Python's `re`, and how badly its backtracking may go."""

import re
from typing import assert_never

from yimen.dmn.feel.regex.sets import CharSet
from yimen.dmn.feel.regex.tree import Again, Chars, Choice, Edge, Group, Node, Repeat, Sequence

EDGES = {"start": r"\A", "end": r"\Z", "line start": r"(?:\A|(?<=\n)(?!\Z))", "line end": r"(?=\n|\Z)"}


def source(node: Node) -> str:
    """Return the pattern as Python writes it."""
    match node:
        case Chars(found):
            return _characters(found)
        case Edge(kind):
            return EDGES[kind]
        case Sequence(parts):
            return f"(?:{''.join(map(source, parts))})"
        case Choice(branches):
            return f"(?:{'|'.join(map(source, branches))})"
        case Group(_, body):
            return f"({source(body)})"
        case Repeat(body, least, most, is_lazy):
            return f"(?:{source(body)}){{{least},{'' if most is None else most}}}{'?' if is_lazy else ''}"
        case Again(number):
            return f"(?({number})(?:\\{number})|)"
        case _:
            assert_never(node)


def _characters(found: CharSet) -> str:
    if not found:
        return "(?!)"
    if len(found) == 1 and found[0][0] == found[0][1]:
        return re.escape(chr(found[0][0]))
    return f"[{''.join(f'{_code(low)}-{_code(high)}' for low, high in found)}]"


def _code(code: int) -> str:
    return f"\\U{code:08x}"


def degree(node: Node) -> int | None:
    """Return the power of the text's length that backtracking may take; None where it may grow exponentially.

    Each repetition of one character may stop anywhere: a power each. One of more may begin anew in several ways.
    """
    match node:
        case Chars() | Edge():
            return 0
        case Again():
            return 1
        case Sequence(parts) | Choice(parts):
            degrees = [degree(part) for part in parts]
            return None if None in degrees else sum(one for one in degrees if one is not None)
        case Group(_, body):
            return degree(body)
        case Repeat(body, least, most, _):
            if _is_fixed(body):
                return 1 if most is None or most > least else 0
            inner = degree(body)
            if most is not None and most <= 1:
                return inner
            return None
        case _:
            assert_never(node)


def _is_fixed(node: Node) -> bool:
    """Tell whether there is but one way for a node to match a text."""
    match node:
        case Chars() | Edge():
            return True
        case Sequence(parts):
            return all(map(_is_fixed, parts))
        case Group(_, body):
            return _is_fixed(body)
        case Repeat(body, least, most, _):
            return least == most and _is_fixed(body)
        case Choice() | Again():
            return False
        case _:
            assert_never(node)
