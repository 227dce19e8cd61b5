"""The words of an expression one after another, under the names in scope where each stands (DMN 1.5, 10.3.1.3)."""

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from yimen.dmn.errors import FeelSyntaxError
from yimen.dmn.feel.scanner import Names, Scanner, Token
from yimen.dmn.feel.types import NAMES as BASIC

CHAIN = 200
"""How many operators one expression may chain; a longer chain is an attack, not a rule."""

LOOKS = 100_000
"""How many tokens reading one expression may take, going back included."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The names a text may use: those in scope, those that may follow a dot or stand in a filter, and types."""

    scope: Names = Names()  # noqa: RUF009 - immutable
    members: Names = Names()  # noqa: RUF009 - immutable
    types: Names = Names()  # noqa: RUF009 - immutable

    @classmethod
    def of(
        cls, scope: Collection[str] = (), members: Collection[str] = (), types: Collection[str] = ()
    ) -> "Vocabulary":
        """Return the vocabulary of these names."""
        return cls(Names().plus(scope), Names().plus(members), Names().plus([*types, *BASIC]))


class Tokens:
    """A text's tokens, one looked at ahead."""

    def __init__(self, text: str, vocabulary: Vocabulary) -> None:
        """Start at the beginning."""
        self.text = text
        self.vocabulary = vocabulary
        self._scanner = Scanner(text)
        self._names = vocabulary.scope
        self._at = 0
        self._chained = 0
        self._looks = 0
        self.next = self._scanner.token(0, self._names)

    def advance(self) -> Token:
        """Take the next token."""
        self._looks += 1
        if self._looks > LOOKS:
            raise self.error("表达式过于复杂，请拆成几个决策。")
        token = self.next
        self._at = token.end
        self.next = self._scanner.token(self._at, self._names)
        return token

    def peeks(self, *texts: str) -> bool:
        """Tell whether the next is one of these signs or keywords."""
        return self.next.kind in {"sign", "keyword"} and self.next.text in texts

    def take(self, *texts: str) -> Token | None:
        """Take the next if it is one of these signs or keywords."""
        return self.advance() if self.peeks(*texts) else None

    def operator(self, *texts: str) -> Token | None:
        """Take one of these operators, as long as the chain is of a length a person would write."""
        taken = self.take(*texts)
        self._chained += taken is not None
        if self._chained > CHAIN:
            raise self.error(f"一个表达式里的运算超过 {CHAIN} 个，请拆成几个决策。")
        return taken

    def expect(self, text: str) -> Token:
        """Take this sign or keyword, and nothing else."""
        if not self.peeks(text):
            raise self.error(f"这里应为“{text}”，却是{self.shown()}。")
        return self.advance()

    def expect_end(self) -> None:
        """Refuse anything after the expression."""
        if self.next.kind != "end":
            raise self.error(f"表达式到这里应当结束，却还有{self.shown()}。")

    def shown(self) -> str:
        """Return the next token as a message shows it."""
        return "结尾" if self.next.kind == "end" else f"“{self.text[self.next.start : self.next.end]}”"

    def error(self, what: str) -> FeelSyntaxError:
        """Return an error at the next token."""
        return FeelSyntaxError(what, text=self.text, column=self.next.start + 1)

    def place(self) -> tuple[int, Token]:
        """Return where we are, to come back to."""
        return self._at, self.next

    def back_to(self, place: tuple[int, Token]) -> None:
        """Go back to a place."""
        self._at, self.next = place

    def learn(self, member: str) -> None:
        """Remember the key of a context written here, so that it is recognised after a dot and in a filter."""
        known = self.vocabulary
        self.vocabulary = Vocabulary(known.scope, known.members.plus([member]), known.types)

    @contextmanager
    def scope(self, names: Iterable[str]) -> Iterator[None]:
        """Bring names into scope, read the next token anew under them, and take them out again."""
        before = self._names
        self._look(before.plus(names))
        try:
            yield
        finally:
            self._names = before

    @contextmanager
    def filtering(self) -> Iterator[None]:
        """Bring the names of components into scope: in a filter they stand without a dot."""
        before = self._names
        self._look(before.joined(self.vocabulary.members))
        try:
            yield
        finally:
            self._names = before

    @contextmanager
    def only(self, names: Names) -> Iterator[None]:
        """Read under these names alone, and look at the token after under the former ones."""
        before = self._names
        self._look(names)
        try:
            yield
        finally:
            self._look(before)

    def _look(self, names: Names) -> None:
        self._names = names
        self.next = self._scanner.token(self._at, names)

    def name(self) -> str:
        """Return a name as it is declared: words up to the next sign or keyword."""
        words: list[str] = []
        while self.next.kind == "name" or (words and self.next.kind == "number"):
            words.append(self.advance().text)
        if not words:
            raise self.error(f"这里应为名称，却是{self.shown()}。")
        return " ".join(words)

    def name_before(self, *stops: str) -> str:
        """Return a name that may hold signs and keywords, as the key of an entry may: all up to one of these signs."""
        start = self.next.start
        if self.next.kind not in {"name", "keyword"}:
            raise self.error(f"这里应为名称，却是{self.shown()}。")
        while not self.peeks(*stops):
            if self.next.kind in {"end", "string"} or self.peeks(*"{}[]()<>,@=:"):
                raise self.error(f"这里应为“{stops[0]}”，却是{self.shown()}。")
            self.advance()
        return " ".join(self.text[start : self.next.start].split())
