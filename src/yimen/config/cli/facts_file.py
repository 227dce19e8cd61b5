"""A file of facts, a name and a value a line, as `decide` and `policy` read it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

from yimen.core.errors import Invalid
from yimen.facts.flat import Flat, gather
from yimen.facts.logic import FactDefinition
from yimen.items.packs.entries import Findings, entry_of, load
from yimen.rules.logic import DAY


class BadFile(Invalid):
    """The facts file cannot be read."""

    code = "decide.bad-file"
    title = "数据文件有误。"


def read(path: Path) -> dict[str, object]:
    """Return what stands in the file by name.

    Raises:
        BadFile: it is no such file, or empty; each line that is wrong is named.
    """
    findings = Findings()
    entry = entry_of(load(path, path.parent, findings), path.name, findings)
    if entry is None or findings:
        raise BadFile(
            "\n".join(map(str, findings)) or f"{path.name} 是空的。请写上数据项，如 person.birth_date: 1942-03-01。"
        )
    return entry.everything()


def day(on: str | None, values: Mapping[str, object]) -> date:
    """Return which day is meant: what was said, else the file's date of application, else today.

    Raises:
        BadFile: it is no day.
    """
    text = on if on is not None else values.get(DAY)
    if text is None:
        return datetime.now().astimezone().date()
    if isinstance(text, datetime):
        return text.date()
    if isinstance(text, date):
        return text
    try:
        return date.fromisoformat(str(text))
    except ValueError as error:
        raise BadFile(f"“{text}”不是真实存在的日期。请写成 2026-11-22 的样子。") from error


def given(values: Mapping[str, object], dictionary: Mapping[str, FactDefinition], *, on: date) -> Flat:
    """Return the facts as the engine wants them, with the day.

    Raises:
        UnknownFact: a name is not in the dictionary. InvalidFact: a value cannot be its fact.
    """
    flat = gather(values, dictionary)
    return replace(flat, values={**flat.values, DAY: on})
