"""The national code lists and data elements that come with the package.

Codes and names are facts of the standards named with each list; the divisions and their changes come from the list
that python-stdnum carries (LGPL, after Wikipedia), their successors are stated beside it where they are certain.
"""

import csv
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from stdnum import numdb

from yimen.standards.logic import CodeEntry, CodeListDefinition, ElementDefinition

FOLDER = Path(__file__).parent / "lists"
STANDARDS = {
    "sex": ("性别代码", "GB/T 2261.1-2003"),
    "marital-status": ("婚姻状况代码", "GB/T 2261.2-2003"),
    "education": ("学历代码", "GB/T 4658-2006"),
    "degree": ("学位代码", "GB/T 6864-2003"),
    "ethnic-group": ("民族代码", "GB/T 3304-1991"),
    "family-relation": ("家庭关系代码", "GB/T 4761-2008"),
    "political-status": ("政治面貌代码", "GB/T 4762-1984"),
    "industry": ("国民经济行业分类（门类、大类）", "GB/T 4754-2017"),
    "enterprise-size": ("企业规模", "统计上大中小微型企业划分办法（2017）"),
    "organisation-type": ("机构类型", "GB/T 20091-2021"),
}
DIVISIONS = "division"


@cache
def lists() -> Mapping[str, CodeListDefinition]:
    """Return every national list by identifier."""
    read = [_read(identifier, name, standard) for identifier, (name, standard) in STANDARDS.items()]
    divisions = CodeListDefinition(DIVISIONS, "行政区划代码", "GB/T 2260", _divisions())
    return {one.identifier: one for one in (*read, divisions)}


def _read(identifier: str, name: str, standard: str) -> CodeListDefinition:
    with (FOLDER / f"{identifier}.csv").open(encoding="utf-8", newline="") as file:
        entries = tuple(CodeEntry(row["code"], row["name"], row["parent"]) for row in csv.DictReader(file))
    return CodeListDefinition(identifier, name, standard, entries)


@cache
def elements() -> Mapping[str, ElementDefinition]:
    """Return every national data element by identifier."""
    content = YAML(typ="safe").load((FOLDER / "elements.yaml").read_text(encoding="utf-8"))
    return {row["identifier"]: _element(row) for row in content}


def _element(row: Mapping[str, Any]) -> ElementDefinition:
    stated = {name: value for name, value in row.items() if name not in {"property", "synonyms"}}
    return ElementDefinition(**stated, property_term=row["property"], synonyms=tuple(row.get("synonyms", ())))


def _divisions() -> tuple[CodeEntry, ...]:
    """Return every division there is or was since 1980: province, city, county, each name with the years it was used.

    The source knows years only: a name begins and ends on the first of January.
    """
    with (FOLDER / "division-successors.csv").open(encoding="utf-8", newline="") as file:
        successors = {row["code"]: tuple(row["successors"].split()) for row in csv.DictReader(file)}
    entries: dict[tuple[str, date | None], CodeEntry] = {}
    for _, province, _, _, below in numdb.get("cn/loc").prefixes:
        for _, rest, _, properties, _ in below:
            code = f"{province}{rest}"
            for name, begins, ends in _names(str(properties.get("county", ""))):
                entry = CodeEntry(code, name, _parent(code), begins, ends, successors.get(code, ()) if ends else ())
                entries[code, begins] = entry
    known = {code for code, _ in entries}
    return tuple(
        one if one.parent in known else CodeEntry(one.code, one.name, "", one.valid_from, one.valid_until)
        for one in sorted(entries.values(), key=lambda one: (one.code, one.valid_from or date.min))
    )


def _names(written: str) -> Iterator[tuple[str, date | None, date | None]]:
    """Yield each name with its first and last day, from a text such as `[1983-1986]郊区,[1987-]白云区`."""
    for part in filter(None, written.split(",")):
        years, _, name = part.rpartition("]")
        first, _, last = years.removeprefix("[").partition("-")
        begins = date(int(first), 1, 1) if first.isdecimal() else None
        ends = date(int(last), 1, 1) if last.isdecimal() else None
        if begins and ends and ends <= begins:
            ends = date(begins.year + 1, 1, 1)
        if name:
            yield name, begins, ends


def _parent(code: str) -> str:
    if code.endswith("0000"):
        return ""
    return f"{code[:2]}0000" if code.endswith("00") else f"{code[:4]}00"
