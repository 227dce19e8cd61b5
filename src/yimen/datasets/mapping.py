"""Suggest what a department's columns mean: our field, type, data element and codes, and how sure we are.

A suggestion is preselected on a page for a data officer to confirm; nothing is connected by it alone.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from yimen.datasets.column_names import MEANINGS, Meaning
from yimen.datasets.sources.schema import SourceColumn

SURE, LIKELY, GUESS = 0.95, 0.75, 0.5
BY_NAME: Mapping[str, Meaning] = {meaning.name: meaning for meaning in MEANINGS}
_WORDS: Mapping[str, Meaning] = {
    word: meaning for meaning in reversed(MEANINGS) for word in (*meaning.names, meaning.name, meaning.title)
}
PREFIX = re.compile(r"^(?:[a-z]{1,3}_|[a-z]\d{1,4}_?|tb_|col_|f_)(?=[a-z])")
SHORTEST = 2
"""Characters a word must have to say something from within a comment."""
NAME = re.compile(r"[a-z][a-z0-9_]{0,59}")


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What a column probably means. `confidence` is from 0 to 1; `meaning` is empty where nobody knows.

    `element` is the identifier of a data element out of those that were given, empty where none fits.
    """

    column: SourceColumn
    meaning: str
    name: str
    title: str
    type: str
    length: int | None
    level: int
    codes: Mapping[str, str] = field(default_factory=dict)
    element: str = ""
    confidence: float = 0.0
    reason: str = ""

    @property
    def is_sure(self) -> bool:
        """Tell whether it may be preselected without a doubt shown beside it."""
        return self.confidence >= LIKELY


def suggest(columns: Sequence[SourceColumn], elements: Iterable[tuple[str, Sequence[str]]] = ()) -> list[Suggestion]:
    """Return a suggestion for each column, in their order; no two of them have the same field name.

    `elements` are data elements as (identifier, names): a column takes the one that has its meaning's title, its
    comment or its name among its names.
    """
    named = by_words(elements)
    taken: set[str] = set()
    found = [_suggested(one, named) for one in columns]
    best: dict[str, Suggestion] = {}
    for one in found:
        if one.meaning and (one.meaning not in best or one.confidence > best[one.meaning].confidence):
            best[one.meaning] = one
    made = []
    for one in found:
        # Two columns cannot mean the same: the surer keeps the meaning, the other stands under its own name.
        kept = one if not one.meaning or best[one.meaning] is one else _as_it_is(one.column, named)
        made.append(_renamed(kept, taken))
    return made


def by_words(elements: Iterable[tuple[str, Sequence[str]]]) -> dict[str, str]:
    """Return the data elements' identifiers by each of their names; of a name several have, the first one's."""
    made: dict[str, str] = {}
    for identifier, names in elements:
        for name in names:
            made.setdefault(_plain(name), identifier)
    made.pop("", None)
    return made


def meant(column: SourceColumn, meaning: str, elements: Mapping[str, str] | None = None) -> Suggestion:
    """Return what a column becomes under the meaning somebody chose; as it is where that is empty or unknown."""
    if meaning not in BY_NAME:
        return _as_it_is(column, elements or {})
    return _with(column, BY_NAME[meaning], elements or {}, 1.0, "由数据专员选定")


def _suggested(column: SourceColumn, named: Mapping[str, str]) -> Suggestion:
    for words, confidence, reason in (
        (_plain(column.name), SURE, f"列名 {column.name}"),
        (_plain(re.split(r"[（(：:，,;；\s]", column.comment)[0]), SURE, f"注释“{column.comment}”"),
        (PREFIX.sub("", _plain(column.name)), LIKELY, f"列名 {column.name} 去掉前缀"),
    ):
        if words and words in _WORDS:
            return _with(column, _WORDS[words], named, confidence, reason)
    said = f"{column.comment}{column.name}"
    inside = [word for word in _WORDS if len(word) >= SHORTEST and not word.isascii() and word in said]
    if inside:
        longest = max(inside, key=len)
        return _with(column, _WORDS[longest], named, GUESS, f"注释中有“{longest}”")
    return _as_it_is(column, named)


def _with(
    column: SourceColumn, meaning: Meaning, named: Mapping[str, str], confidence: float, reason: str
) -> Suggestion:
    # A date kept as a text is a date all the same; a number where a text is meant is read as a text.
    if meaning.type in {"date", "number"} and column.type == "boolean":
        confidence = min(confidence, GUESS)
    element = named.get(_plain(meaning.title)) or named.get(_plain(meaning.name)) or named.get(_plain(column.name), "")
    return Suggestion(
        column=column,
        meaning=meaning.name,
        name=meaning.name,
        title=meaning.title,
        type=meaning.type,
        length=min(meaning.length, column.length)
        if meaning.length and column.length
        else meaning.length or column.length,
        level=meaning.level,
        codes=meaning.codes,
        element=element,
        confidence=confidence,
        reason=reason,
    )


def _as_it_is(column: SourceColumn, named: Mapping[str, str]) -> Suggestion:
    name = re.sub(r"[^a-z0-9_]+", "_", column.name.lower()).strip("_")
    element = named.get(_plain(column.comment)) or named.get(_plain(column.name), "")
    return Suggestion(
        column=column,
        meaning="",
        name=name if NAME.fullmatch(name) else f"f_{name}"[:60].rstrip("_") if name else "field",
        title=(column.comment or column.name)[:100],
        type=column.type,
        length=column.length,
        level=2,
        element=element,
        confidence=GUESS if element else 0.0,
    )


def _renamed(one: Suggestion, taken: set[str]) -> Suggestion:
    name, count = one.name, 2
    while name in taken:
        name, count = f"{one.name}_{count}", count + 1
    taken.add(name)
    return replace(one, name=name)


def codes_said(codes: Mapping[str, str]) -> str:
    """Return a mapping of codes as a page shows it: 1=male，2=female."""
    return "，".join(f"{theirs}={ours}" for theirs, ours in codes.items())


def codes_of(text: str) -> dict[str, str]:
    """Return the mapping somebody wrote, theirs=ours, parted by commas or lines; empty where nothing was.

    Raises:
        ValueError: a part has no two sides, or a code stands there twice; the message is for whoever wrote it.
    """
    made: dict[str, str] = {}
    for part in filter(None, (one.strip() for one in re.split(r"[,，、;；\n]", text))):
        theirs, sign, ours = (one.strip() for one in part.partition("="))
        if not (theirs and sign and ours):
            raise ValueError(f"“{part[:20]}”应写成 对方代码=本平台代码，如 1=male。")
        if theirs in made:
            raise ValueError(f"代码“{theirs[:20]}”写了两次。")
        made[theirs] = ours
    return made


def _plain(words: str) -> str:
    return re.sub(r"[\s\-·]+", "_", words.strip().lower())
