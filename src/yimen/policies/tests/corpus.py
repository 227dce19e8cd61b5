"""The 146 real documents and 8 samples of the reference folder as collected pages, and the truth about them.

State Council pages come as HTML with what a crawler once stored as claims (its dates are a month late, see the
reference folder's README). Laws and rules come as text: title, note, articles, as they are published.
"""

import csv
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from yimen.policies.collecting.html import read_html
from yimen.policies.collecting.metadata import metadata_of
from yimen.policies.collecting.sameness import title_key
from yimen.policies.collecting.scoring import FIELDS, Board, relation_values, values_of
from yimen.policies.collecting.source import Source
from yimen.policies.collecting.text import read_text

TRUTH = Path(__file__).parent / "truth"
SETS = ("state-council", "regulations", "policy-texts")


def sources(shared: Path, name: str) -> Iterator[tuple[str, Source]]:
    """Yield each document of a set, by its identifier, read as it would be collected."""
    if name == "policy-texts":
        for path in sorted((shared / "reference" / name).glob("*.txt")):
            yield path.stem, read_text(path.read_text(encoding="utf-8"))
    for path in sorted((shared / "data" / "policy" / name).glob("*.json")):
        kept = json.loads(path.read_text(encoding="utf-8"))
        if name == "state-council":
            stored = kept["stored"]
            claims = {"released_on": stored["release_time"] or "", "written_on": stored["written_time"] or ""}
            yield path.stem, replace(read_html(kept["html"]), claims=claims)
        else:
            yield path.stem, read_text(regulation_text(kept))


def regulation_text(kept: dict) -> str:
    """Return a law as it is published: title, note in brackets, articles."""
    note = f"（{' '.join(kept['history'])}）\n" if kept["history"] else ""
    return f"{kept['title']}\n{note}{kept['text']}"


def truth(name: str) -> dict[str, dict[str, frozenset[str]]]:
    """Return the true values of each document of a set, in the form of `scoring.values_of`."""
    with (TRUTH / "documents.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["set"] == name]
    with (TRUTH / "relations.csv").open(encoding="utf-8") as file:
        related = [row for row in csv.DictReader(file) if row["set"] == name]
    found = {}
    for row in rows:
        values = {field: frozenset([row[field]] if row[field] else []) for field in FIELDS}
        values["title"] = frozenset([title_key(row["title"])])
        values["agencies"] = frozenset(filter(None, row["agencies"].split(";")))
        mine = [(one["kind"], one["title"], one["number"]) for one in related if one["id"] == row["id"]]
        found[row["id"]] = values | relation_values(mine)
    return found


def score(shared: Path, name: str, *, without_labels: bool = False) -> Board:
    """Return the board of a set; `without_labels` hides the boxes of labels, as many sites have none."""
    board = Board()
    true = truth(name)
    unscored = ({"topic", "index_number", "released_on"} if without_labels else set()) | (
        set() if name == "state-council" else {"topic"}
    )
    for key, source in sources(shared, name):
        found = values_of(metadata_of(replace(source, labels={}) if without_labels else source))
        wanted = {field: values for field, values in true[key].items() if field not in unscored}
        board.add(key, truth=wanted, found={field: values for field, values in found.items() if field not in unscored})
    return board
