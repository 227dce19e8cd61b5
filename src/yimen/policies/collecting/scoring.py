"""How much of the metadata found is right: precision and recall per field, against truth made by hand."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from yimen.policies.collecting.metadata import Metadata
from yimen.policies.collecting.sameness import title_key

FIELDS = (
    "title",
    "number",
    "agencies",
    "written_on",
    "released_on",
    "revised_on",
    "effective_on",
    "expires_on",
    "kind",
    "level",
    "topic",
    "index_number",
)
Values = Mapping[str, frozenset[str]]
"""Per field the values: none, one, or several (agencies, relations)."""


@dataclass(slots=True)
class Score:
    """Counts over documents: values found that are right, found that are wrong, and not found."""

    right: int = 0
    wrong: int = 0
    missed: int = 0

    @property
    def precision(self) -> float:
        """The share of what was found that is right; 1 where nothing was found."""
        return self.right / (self.right + self.wrong) if self.right + self.wrong else 1.0

    @property
    def recall(self) -> float:
        """The share of what there was to find that was found; 1 where there was nothing."""
        return self.right / (self.right + self.missed) if self.right + self.missed else 1.0


@dataclass(slots=True)
class Board:
    """Scores by field, and the misses by document, for whoever mends the rules."""

    scores: dict[str, Score] = field(default_factory=dict)
    misses: list[tuple[str, str, str, str]] = field(default_factory=list)

    def add(self, document: str, *, truth: Values, found: Values) -> None:
        """Count one document: each value on its own."""
        for name in sorted(truth.keys() | found.keys()):
            wanted, got = truth.get(name, frozenset()), found.get(name, frozenset())
            score = self.scores.setdefault(name, Score())
            score.right += len(wanted & got)
            score.wrong += len(got - wanted)
            score.missed += len(wanted - got)
            if wanted != got:
                self.misses.append((document, name, "; ".join(sorted(wanted - got)), "; ".join(sorted(got - wanted))))


def values_of(found: Metadata) -> dict[str, frozenset[str]]:
    """Return what was found in the form truth is kept in."""
    single = {
        "title": found.title.value,
        "number": found.number.value,
        "written_on": found.written_on.value,
        "released_on": found.released_on.value,
        "revised_on": found.revised_on,
        "effective_on": found.period.effective.value,
        "expires_on": found.period.expires.value,
        "kind": found.kind,
        "level": found.level.value if found.level else None,
        "topic": found.topic.value if found.topic else None,
        "index_number": found.index_number.value if found.index_number else None,
    }
    values = {name: frozenset([str(value)] if value else []) for name, value in single.items()}
    values["title"] = frozenset(title_key(one) for one in values["title"])
    values["agencies"] = frozenset(found.agencies.value or ())
    relations = [(one.kind.value, one.title, one.number) for one in found.relations]
    return values | relation_values(relations)


def relation_values(relations: Iterable[tuple[str, str, str]]) -> dict[str, frozenset[str]]:
    """Return relations (kind, title, number) as one field a kind; one without a title goes by its number."""
    by_kind: dict[str, set[str]] = {}
    counted: Counter[str] = Counter()
    for kind, title, number in relations:
        counted[kind] += 1
        by_kind.setdefault(kind.lower(), set()).add(title_key(title) if title else number)
    return {kind: frozenset(targets) for kind, targets in by_kind.items()}
