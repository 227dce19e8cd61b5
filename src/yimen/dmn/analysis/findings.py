"""What an analysis finds, in a shape that a program and a person can both read."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from yimen.dmn.trace import plain


class Severity(StrEnum):
    """How bad it is: an error must be mended before release, a warning looked at, a remark known."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


class Kind(StrEnum):
    """What is found. The value is stable."""

    GAP = "gap"
    OVERLAP = "overlap"
    CONFLICT = "conflicting-outputs"
    UNREACHABLE = "unreachable-row"
    MASKED = "masked-row"
    UNUSED_INPUT = "unused-input"
    UNTYPED_INPUT = "untyped-input"
    UNUSED_REQUIREMENT = "unused-requirement"
    NOT_REQUIRED = "not-required"
    NEVER_HIT = "never-hit"
    NOT_ANALYSED = "not-analysed"
    NOT_FULLY_CHECKED = "not-fully-checked"


SEVERITIES = {Severity.ERROR: "错误", Severity.WARNING: "警告", Severity.INFO: "提示"}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found: where, what, and what to do.

    `place` is a decision, a function or a fact. `rows` and `column` count from one; no rows or no column where it is
    not about them. `example` are values of input columns (by the columns' texts) at which it shows; empty where it does
    not depend on values.
    """

    severity: Severity
    kind: Kind
    place: str
    line: int
    what: str
    remedy: str
    rows: tuple[int, ...] = ()
    column: int | None = None
    example: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        """Return it as one line, without the number of its line: whoever prints it knows the file."""
        return f"{SEVERITIES[self.severity]}：{self.place}：{self.what}{self.remedy}"

    def to_json(self) -> dict[str, object]:
        """Return it as plain JSON."""
        return {
            "severity": self.severity.value,
            "kind": self.kind.value,
            "place": self.place,
            "line": self.line,
            "rows": list(self.rows),
            "column": self.column,
            "what": self.what,
            "remedy": self.remedy,
            "example": {name: plain(value) for name, value in self.example.items()},
        }


@dataclass(frozen=True, slots=True)
class Report:
    """All that was found, in the order of lines."""

    model: str
    findings: tuple[Finding, ...]

    @property
    def errors(self) -> tuple[Finding, ...]:
        """Return what must be mended before release."""
        return tuple(one for one in self.findings if one.severity is Severity.ERROR)

    def to_json(self) -> dict[str, object]:
        """Return it as plain JSON."""
        counts = {severity.value: sum(one.severity is severity for one in self.findings) for severity in Severity}
        return {"model": self.model, "counts": counts, "findings": [one.to_json() for one in self.findings]}
