"""Which place 本市, 本区 and a place's name mean in a document, as the beginning of a division's code (GB/T 2260)."""

import re
from collections.abc import Mapping
from functools import lru_cache

from yimen.policies.decomposing.head import Head
from yimen.standards import divisions

_HERE = {"本市": 4, "我市": 4, "全市": 4, "本区": 6, "我区": 6, "全区": 6, "本省": 2}


@lru_cache(maxsize=1)
def _cities() -> Mapping[str, str]:
    """Return the code of every prefecture and province by its name, without 市 and 省."""
    found: dict[str, str] = {}
    for province in range(11, 66):
        above = divisions.name(f"{province}0000")
        if above is None:
            continue
        found[above.removesuffix("省").removesuffix("市")] = f"{province}0000"
        for city in range(1, 40):
            name = divisions.name(f"{province}{city:02d}00")
            if name and name != above:
                found.setdefault(name.removeprefix(above).removesuffix("市"), f"{province}{city:02d}00")
    return found


@lru_cache(maxsize=64)
def _districts(city: str) -> Mapping[str, str]:
    """Return the code of every district of a city by its name."""
    found: dict[str, str] = {}
    above = divisions.name(city) or ""
    for number in range(1, 100):
        code = f"{city[:4]}{number:02d}"
        if code != city and (name := divisions.name(code)):
            found.setdefault(name.removeprefix(above), code)
    return found


def places(head: Head, opening: str) -> Mapping[str, str]:
    """Return what places the words of a document mean: prefixes of codes by words.

    Taken from who signed it, from its title and from how it opens; 本市 is missing where no city is named.
    """
    said = " ".join((*head.agencies, head.title, opening))
    named = [
        (said.find(name), -len(name), name)
        for name in _cities()
        if len(name) > 1 and re.search(f"{name}(?:市|省)?", said)
    ]
    city = next((_cities()[name] for _, _, name in sorted(named) if not _cities()[name].endswith("0000")), "")
    province = next((_cities()[name] for _, _, name in sorted(named)), city)
    districts = _districts(city) if city else {}
    meant = dict(districts)
    district = (
        min((said.find(name), code) for name, code in districts.items() if name in said)[1]
        if any(name in said for name in districts)
        else ""
    )
    for word, digits in _HERE.items():
        code = {2: province, 4: city, 6: district}[digits]
        if code:
            meant[word] = code[:digits]
    if city:
        name = next(one for one, code in _cities().items() if code == city)
        meant[name] = meant[f"{name}市"] = city[:4]
    return meant
