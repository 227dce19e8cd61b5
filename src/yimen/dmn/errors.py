"""What the engine refuses, and how it says so. Data never raises; only a broken model or a wrong call does."""

from collections.abc import Sequence
from dataclasses import dataclass


class EngineError(Exception):
    """The engine was asked for something it cannot do."""


class FeelSyntaxError(EngineError):
    """A FEEL expression does not follow the grammar; `column` counts from one."""

    def __init__(self, what: str, *, text: str, column: int) -> None:
        """Keep the expression and the place in it."""
        super().__init__(f"表达式第 {column} 列：{what}")
        self.what, self.text, self.column = what, text, column


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with a model: its line, the element it is in, what is wrong, and what to do.

    `path` leads from the root to that element by tags and ids; empty for the file as a whole.
    """

    line: int
    place: str
    what: str
    remedy: str
    path: str = ""

    def __str__(self) -> str:
        """Return it as one sentence."""
        return f"第 {self.line} 行 {self.place}：{self.what}{self.remedy}"


class ModelError(EngineError):
    """A model cannot be used; every problem found is listed."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        """Keep the problems in the order of their lines."""
        self.problems = tuple(sorted(problems, key=lambda problem: problem.line))
        super().__init__("\n".join(map(str, self.problems)))


class CircularDecision(ModelError):
    """A decision requires itself, directly or through others."""


class UnknownDecision(EngineError):
    """The model has no decision or decision service of this name."""
