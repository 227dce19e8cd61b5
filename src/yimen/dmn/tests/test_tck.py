"""The DMN Technology Compatibility Kit: the folders named in tck_folders.txt pass whole, and stay so."""

from decimal import Decimal
from pathlib import Path

import pytest
from lxml import etree

from yimen import dmn
from yimen.dmn.feel import literals
from yimen.dmn.feel.operators import equal

FOLDERS = (Path(__file__).parent / "tck_folders.txt").read_text().split()
NIL, TYPE = (f"{{http://www.w3.org/2001/XMLSchema-instance}}{name}" for name in ("nil", "type"))
READ = {
    "decimal": Decimal,
    "double": Decimal,
    "integer": Decimal,
    "boolean": lambda text: text.strip() == "true",
    "date": literals.to_date,
    "time": literals.to_time,
    "dateTime": literals.to_date_and_time,
    "duration": literals.to_duration,
}


def value(element):
    """The value a test file writes: a scalar, a list, or a context of components."""
    components = {}
    for child in element.iterchildren("*"):
        match etree.QName(child).localname:
            case "value" | "list" if child.get(NIL) == "true":
                return None
            case "value":
                return READ.get((child.get(TYPE) or "").split(":")[-1], str)(child.text or "")
            case "list":
                return [value(item) for item in child.iterchildren("{*}item")]
            case "component":
                components[child.get("name")] = value(child)
    return components or None


def close(got, expected):
    if isinstance(got, Decimal) and isinstance(expected, Decimal):
        return abs(got - expected) < Decimal("1e-8")
    if isinstance(got, list) and isinstance(expected, list):
        return len(got) == len(expected) and all(map(close, got, expected))
    if isinstance(got, dict) and isinstance(expected, dict):
        return got.keys() == expected.keys() and all(close(got[name], expected[name]) for name in got)
    return equal(got, expected) is True


@pytest.mark.parametrize("folder", FOLDERS)
def test_the_folder_passes_whole(folder, shared):
    (place,) = shared.glob(f"dmn-tck/compliance-level-?/{folder}")
    tests = etree.parse(place / f"{folder}-test-01.xml").getroot()
    model = dmn.load(place / tests.findtext("{*}modelName"))

    wrong = []
    for case in tests.iterfind("{*}testCase"):
        given = {node.get("name"): value(node) for node in case.iterfind("{*}inputNode")}
        for node in case.iterfind("{*}resultNode"):
            name = case.get("invocableName") if case.get("type") == "decisionService" else node.get("name")
            expected = node.find("{*}expected")
            outcome = dmn.evaluate(model, name, given)
            if not close(outcome.value, None if expected is None else value(expected)):
                wrong.append((case.get("id"), outcome.value))

    assert wrong == []
