"""What a rule is, and what was found by it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Dimension(StrEnum):
    """What a rule measures (评价维度; GB/T 36344-2018 clause 4)."""

    NORMALITY = "NORMALITY"
    COMPLETENESS = "COMPLETENESS"
    ACCURACY = "ACCURACY"
    CONSISTENCY = "CONSISTENCY"
    TIMELINESS = "TIMELINESS"


DIMENSION_LABELS: Mapping[Dimension, str] = {
    Dimension.NORMALITY: "规范性",
    Dimension.COMPLETENESS: "完整性",
    Dimension.ACCURACY: "准确性",
    Dimension.CONSISTENCY: "一致性",
    Dimension.TIMELINESS: "时效性",
}


class Kind(StrEnum):
    """How a rule looks at a table."""

    REQUIRED = "required"
    TYPE = "type"
    LENGTH = "length"
    CODE = "code"
    FORM = "form"
    LISTED = "listed"
    RESIDENT_ID = "resident_id"
    CREDIT_CODE = "credit_code"
    DATE_RANGE = "date_range"
    BIRTH_DATE = "birth_date"
    BELIEVED = "believed"
    UNIQUE = "unique"
    CYCLE = "cycle"
    WRITTEN = "written"


NAME = re.compile(r"[a-z][a-z0-9_]*")
CODE = re.compile(r"[a-z][a-z0-9_.-]{0,79}")
WHOLE = 100.0


@dataclass(frozen=True, slots=True)
class Column:
    """One column as rules see it: our name, a title, a type of `datasets.logic.TYPES`, and what may stand in it.

    `source` is what the table itself calls it. `codes` are the values allowed, empty for any. `element` is the data
    element it conforms to, by which an identity number is known as one. `flag` is the column that says where the
    department gave something that cannot be believed as this, empty where the table has none. `form` is the pattern and
    `listed` the codes that its data element lays down, empty for none.
    """

    name: str
    title: str
    type: str = "string"
    source: str = ""
    codes: tuple[str, ...] = ()
    length: int | None = None
    is_key: bool = False
    is_required: bool = False
    element: str = ""
    blank_is_value: bool = False
    flag: str = ""
    form: str = ""
    listed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of quality (质量规则).

    `code` is its name among the rules of a table. `threshold` is the least score that passes, in per cent; `weight` how
    much it counts in the table's score. `expression` is what must hold, of a written rule; `limit` the length, the days
    of a cycle.
    """

    code: str
    title: str
    kind: Kind
    dimension: Dimension
    fields: tuple[str, ...]
    threshold: float = 99.0
    weight: int = 1
    expression: str = ""
    limit: int | None = None

    @property
    def dimension_label(self) -> str:
        """Return the dimension in Chinese."""
        return DIMENSION_LABELS[self.dimension]


@dataclass(frozen=True, slots=True)
class Sample:
    """A row that breaks a rule, without saying whose it is: its number in the table from 1, its key masked, why.

    `shape` is how the value looks, each digit a 9, each letter an A.
    """

    row: int
    key: str
    shape: str
    reason: str

    def as_json(self) -> dict[str, object]:
        """Return it as plain JSON."""
        return {"row": self.row, "key": self.key, "shape": self.shape, "reason": self.reason}


@dataclass(frozen=True, slots=True)
class Finding:
    """What one rule found: how many rows it could look at, exactly how many break it, and some of them.

    `note` says in a sentence what a count does not, empty for nothing.
    """

    rule: Rule
    checked: int
    failed: int
    samples: tuple[Sample, ...] = ()
    note: str = ""

    @property
    def score(self) -> float | None:
        """Return the share of the rows looked at that keep the rule, in per cent; None where there were none."""
        return None if not self.checked else WHOLE * (self.checked - self.failed) / self.checked

    @property
    def is_met(self) -> bool:
        """Tell whether it reaches its threshold; what could not be looked at does not fail."""
        return self.score is None or self.score >= self.rule.threshold


@dataclass(frozen=True, slots=True)
class Report:
    """One run over one table: its rows, and what every rule found, in the order of the rules."""

    rows: int
    findings: tuple[Finding, ...] = field(default_factory=tuple)

    @property
    def score(self) -> float | None:
        """Return the mean of the rules' scores by their weights; None where no rule could look at anything."""
        scored = [(one.score, one.rule.weight) for one in self.findings if one.score is not None]
        weight = sum(weight for _, weight in scored)
        return sum(score * weight for score, weight in scored) / weight if weight else None

    @property
    def below(self) -> tuple[Finding, ...]:
        """Return those below their threshold."""
        return tuple(one for one in self.findings if not one.is_met)
