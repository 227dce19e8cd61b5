"""What is decided: the models, the applicants and the right answers, which lie beside the repository."""

import importlib.util
import json
import os
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import ModuleType

GOALS = ("first", "unique", "collect", "chain")
SUMMARY = "Summary"
"""The decision of the chain that is asked for."""

Row = dict[str, object]
Hand = Callable[..., object]


class Absent(Exception):
    """The folder with the models and applicants is not there."""


@dataclass(frozen=True, slots=True)
class Material:
    """Models by name, applicants, and for each the right answers by name."""

    folder: Path
    rows: tuple[Row, ...]
    expected: tuple[Mapping[str, object], ...]
    maker: ModuleType

    def model(self, goal: str) -> bytes:
        """Return a model's XML."""
        return (self.folder / f"{goal}.dmn").read_bytes()

    def hand(self, goal: str) -> Hand:
        """Return the function somebody wrote by hand; of the chain's two results it gives the first asked for."""
        found: Hand = self.maker.chain_python if goal == "chain" else self.maker.hand(goal)
        return found

    def long_table(self, rows: int) -> bytes:
        """Return the XML of a FIRST table of so many rows over the same inputs."""
        maker, chance = self.maker, random.Random(rows)  # noqa: S311 - no secret
        names = [name for name, _ in maker.COLS]
        kinds = {"rate": "number", "tier": "string", "code": "string"}
        body = []
        for place in range(rows):
            looked_at = chance.sample(names, chance.randrange(4, 7))
            cells = [maker.feel(maker._cell(chance, name) if name in looked_at else None) for name in names]  # noqa: SLF001
            output = maker._out(chance, place)  # noqa: SLF001 - the maker of the other tables
            body.append((cells, [maker.lit(output[name]) for name in kinds]))
        table = maker._table_xml(maker.COLS, list(kinds.items()), body, "FIRST", "first")  # noqa: SLF001 - as above
        needs = [("Input", name) for name in names]
        text = maker._defs("first", [maker._decision("first", None, table, needs)])  # noqa: SLF001 - as above
        return str(text).encode()

    def is_right(self, goal: str, place: int, answer: object) -> bool:
        """Tell whether an answer is the right one; numbers may be of any class."""
        return plain(answer) == plain(self.expected[place][SUMMARY if goal == "chain" else goal])


def plain(value: object) -> object:
    """Return an answer with its numbers as floats."""
    match value:
        case dict():
            return {key: plain(entry) for key, entry in value.items()}
        case list() | tuple():
            return [plain(item) for item in value]
        case bool() | str() | None:
            return value
        case _:
            return float(str(value))


def found() -> Material:
    """Return the material.

    Raises:
        Absent: its folder is not there.
    """
    folder = Path(os.environ.get("YIMEN_SHARED", "../shared")) / "bench" / "decisions"
    if not folder.is_dir():
        raise Absent(f"{folder} is not there; set YIMEN_SHARED to the folder that holds bench/decisions")
    spec = importlib.util.spec_from_file_location("make_decisions", folder / "make_decisions.py")
    assert spec is not None
    assert spec.loader is not None
    maker = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(maker)
    return Material(
        folder=folder,
        rows=tuple(_row(line) for line in (folder / "inputs_1000.jsonl").read_text().splitlines()),
        expected=tuple(json.loads(line) for line in (folder / "expected_1000.jsonl").read_text().splitlines()),
        maker=maker,
    )


def _row(line: str) -> Row:
    row: Row = json.loads(line)
    return {**row, "application_date": date.fromisoformat(str(row["application_date"]))}
