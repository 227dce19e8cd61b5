"""From the text of a pattern to its tree (XML Schema 1.1, appendix G, with the additions of XPath, 5.6.1)."""

from yimen.dmn.feel.regex import sets
from yimen.dmn.feel.regex.blocks import BLOCKS
from yimen.dmn.feel.regex.sets import CharSet
from yimen.dmn.feel.regex.tree import Again, BadPattern, Chars, Choice, Edge, Group, Node, Repeat, Sequence

SINGLE = {"n": "\n", "r": "\r", "t": "\t", **{sign: sign for sign in r"\|.?*+(){}-[]^$"}}
MOST = 1000
"""How often a counted repetition may count to."""

DEEPEST = 30
LONGEST = 1000


def parse(text: str, flags: str) -> tuple[Node, int]:
    """Return the tree of a pattern and how many groups it remembers.

    Raises:
        BadPattern: it does not follow the grammar.
    """
    if len(text) > LONGEST:
        raise BadPattern
    if "q" in flags:
        return Sequence(tuple(Chars(_cased(sets.of(one), flags)) for one in text)), 0
    reader = _Reader(_squeezed(text) if "x" in flags else text, flags)
    tree = reader.choice()
    if reader.rest():
        raise BadPattern
    return tree, reader.groups


def _squeezed(text: str) -> str:
    """Return the pattern without the blanks outside its character classes."""
    kept, depth, escaped = [], 0, False
    for one in text:
        if not escaped:
            depth += (one == "[") - (one == "]" and depth > 0)
        escaped = one == "\\" and not escaped
        if depth or one not in " \t\n\r":
            kept.append(one)
    return "".join(kept)


def _cased(found: CharSet, flags: str) -> CharSet:
    return sets.any_case(found) if "i" in flags else found


class _Reader:
    """Reads one pattern."""

    def __init__(self, text: str, flags: str) -> None:
        self._text, self._flags = text, flags
        self._at = self._depth = 0
        self.groups = 0
        self._closed: set[int] = set()

    def rest(self) -> str:
        """Return what is not read yet."""
        return self._text[self._at :]

    def _peek(self) -> str:
        return self._text[self._at : self._at + 1]

    def _take(self, *signs: str) -> str:
        """Take one of these signs, or return the empty text."""
        for sign in signs:
            if self._text.startswith(sign, self._at):
                self._at += len(sign)
                return sign
        return ""

    def _next(self) -> str:
        if not self._peek():
            raise BadPattern
        self._at += 1
        return self._text[self._at - 1]

    # --- branches and pieces

    def choice(self) -> Node:
        """Return branches between bars."""
        self._depth += 1
        if self._depth > DEEPEST:
            raise BadPattern
        branches = [self._branch()]
        while self._take("|"):
            branches.append(self._branch())
        self._depth -= 1
        return branches[0] if len(branches) == 1 else Choice(tuple(branches))

    def _branch(self) -> Node:
        parts: list[Node] = []
        while self._peek() and self._peek() not in "|)":
            parts.append(self._repeated(self._atom()))
        return parts[0] if len(parts) == 1 else Sequence(tuple(parts))

    def _repeated(self, atom: Node) -> Node:
        most: int | None
        match self._take("?", "*", "+", "{"):
            case "?":
                least, most = 0, 1
            case "*":
                least, most = 0, None
            case "+":
                least, most = 1, None
            case "{":
                least = self._number()
                most = least
                if self._take(","):
                    most = None if self._peek() == "}" else self._number()
                if not self._take("}") or (most is not None and most < least):
                    raise BadPattern
            case _:
                return atom
        is_lazy = bool(self._take("?"))
        if self._peek() in {"?", "*", "+", "{"} and self._peek():
            raise BadPattern
        return Repeat(atom, least, most, is_lazy)

    def _number(self) -> int:
        digits = ""
        while self._peek().isascii() and self._peek().isdigit():
            digits += self._next()
        if not digits or int(digits) > MOST:
            raise BadPattern
        return int(digits)

    def _atom(self) -> Node:
        match self._next():
            case "(":
                return self._group()
            case "[":
                return Chars(self._class())
            case ".":
                return Chars(sets.ALL if "s" in self._flags else sets.complement(sets.of("\n\r")))
            case "^":
                return Edge("line start" if "m" in self._flags else "start")
            case "$":
                return Edge("line end" if "m" in self._flags else "end")
            case "\\":
                if self._peek() in {*"123456789"}:
                    return self._again()
                return Chars(self._escape())
            case "?" | "*" | "+" | "{" | "}" | "]" | ")":
                raise BadPattern
            case one:
                return Chars(_cased(sets.of(one), self._flags))

    def _group(self) -> Node:
        if self._take("?:"):
            body = self.choice()
            if not self._take(")"):
                raise BadPattern
            return Sequence((body,))
        if self._peek() == "?":
            raise BadPattern
        self.groups += 1
        number = self.groups
        body = self.choice()
        if not self._take(")"):
            raise BadPattern
        self._closed.add(number)
        return Group(number, body)

    def _again(self) -> Node:
        """Return a reference to a group closed before; more digits belong to it as long as there is such a group."""
        number = int(self._next())
        while self._peek().isascii() and self._peek().isdigit() and 10 * number + int(self._peek()) <= self.groups:
            number = 10 * number + int(self._next())
        if number not in self._closed:
            raise BadPattern
        return Again(number)

    # --- characters

    def _escape(self) -> CharSet:
        letter = self._next()
        if letter in SINGLE:
            return _cased(sets.of(SINGLE[letter]), self._flags)
        if letter in "pP":
            return self._property(is_negated=letter == "P")
        found = sets.escape(letter)
        if found is None:
            raise BadPattern
        return found

    def _property(self, *, is_negated: bool) -> CharSet:
        name, closing, rest = self.rest().partition("}")
        if not name.startswith("{") or not closing:
            raise BadPattern
        self._at = len(self._text) - len(rest)
        found = BLOCKS.get(name[3:]) if name.startswith("{Is") else sets.category(name[1:])
        if found is None:
            raise BadPattern
        return sets.complement(found) if is_negated else found

    def _class(self) -> CharSet:
        """Return what a class in brackets holds; the opening bracket is read."""
        self._depth += 1
        if self._depth > DEEPEST:
            raise BadPattern
        is_negated = bool(self._take("^"))
        found: list[CharSet] = []
        removed: CharSet | None = None
        while not self._take("]"):
            if found and self._take("-["):
                removed = self._class()
                if not self._take("]"):
                    raise BadPattern
                break
            found.append(self._class_part(is_first=not found))
        if not found:
            raise BadPattern
        self._depth -= 1
        whole = sets.union(*found)
        whole = sets.complement(whole) if is_negated else whole
        return whole if removed is None else sets.without(whole, removed)

    def _class_part(self, *, is_first: bool) -> CharSet:
        """Return a character, an escape, or a range of a class."""
        low = self._class_character(is_first=is_first)
        if isinstance(low, tuple):
            return low
        if self._peek() == "-" and self._text[self._at + 1 : self._at + 2] not in {"]", "["}:
            self._next()
            high = self._class_character(is_first=False)
            if isinstance(high, tuple) or high < low:
                raise BadPattern
            return _cased(((ord(low), ord(high)),), self._flags)
        return _cased(sets.of(low), self._flags)

    def _class_character(self, *, is_first: bool) -> str | CharSet:
        one = self._next()
        if one == "\\":
            letter = self._peek()
            if letter in SINGLE:
                return SINGLE[self._next()]
            return self._escape()
        if one == "[" or (one == "-" and not is_first and self._peek() != "]"):
            raise BadPattern
        return one
