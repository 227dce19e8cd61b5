"""What a batch cannot say, and how it says so: at compile time, with the place and what to do."""

from yimen.dmn.errors import EngineError


class NotCompilable(EngineError):
    """A decision uses what no batch expresses; evaluate it row by row, or write it another way.

    `what` and `remedy` are sentences; `place` is the decision, `text` the expression and `line` its line in the
    document, empty and zero where the whole decision is meant.
    """

    def __init__(self, what: str, remedy: str, *, place: str = "", text: str = "", line: int = 0) -> None:
        """Keep the reason and the place."""
        where = f"决策“{place}”" if place else ""
        where += f"第 {line} 行" if line else ""
        where += f"表达式“{' '.join(text.split())[:80]}”" if text else ""
        super().__init__(f"{where}{'：' if where else ''}{what}{remedy}")
        self.what, self.remedy = what, remedy
        self.place, self.text, self.line = place, text, line

    def at(self, place: str, text: str = "", line: int = 0) -> "NotCompilable":
        """Return the same refusal with its place, the innermost one known."""
        return self if self.place else NotCompilable(self.what, self.remedy, place=place, text=text, line=line)


ROW_BY_ROW = "请改用 dmn.evaluate 逐行求值。"


class UnknownColumn(EngineError):
    """A column of the table is not of the type its fact is declared with."""
