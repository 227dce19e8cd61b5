"""The DMN Technology Compatibility Kit: the folders named in tck_folders.txt pass whole, and stay so."""

from decimal import Decimal
from pathlib import Path

import pytest
from lxml import etree

from yimen import dmn
from yimen.dmn.feel import literals
from yimen.dmn.feel.operators import equal
from yimen.dmn.inputs import given

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


class Given:
    """The inputs of a case. The kit knows no unknown: what a case does not give is null."""

    def __init__(self, values):
        self.values = values

    def get(self, path):
        found = given(self.values, path)
        return None if found is dmn.UNKNOWN else found


def play(place):
    """Yield of every result in a folder's tests: the case, what came out, what should."""
    for file in sorted(place.glob("*-test-*.xml")):
        tests = etree.parse(file).getroot()
        main = place / tests.findtext("{*}modelName")
        model = dmn.load(main, [other.read_bytes() for other in place.glob("*.dmn") if other != main])
        for case in tests.iterfind("{*}testCase"):
            inputs = Given({node.get("name"): value(node) for node in case.iterfind("{*}inputNode")})
            for node in case.iterfind("{*}resultNode"):
                name = case.get("invocableName") if case.get("type") == "decisionService" else node.get("name")
                expected = node.find("{*}expected")
                got = dmn.evaluate(model, name, inputs).value
                if name in model.services and len(model.services[name].outputs) > 1:
                    got = got[node.get("name")]
                yield case.get("id"), got, None if expected is None else value(expected)


@pytest.mark.parametrize("folder", FOLDERS)
def test_the_folder_passes_whole(folder, shared):
    (place,) = shared.glob(f"dmn-tck/compliance-level-?/{folder}")

    wrong = [(case, got) for case, got, expected in play(place) if not close(got, expected)]

    assert wrong == []


LEAST = {  # what is left there: years past 9999 and before 1, fractions finer than a microsecond
    "0100-arithmetic": 1039,
    "1115-feel-date-function": 48,
    "1117-feel-date-and-time-function": 79,
    "1121-feel-years-and-months-duration-function": 33,
}


@pytest.mark.parametrize(("folder", "least"), LEAST.items())
def test_a_folder_that_does_not_pass_whole_gets_no_worse(folder, least, shared):
    (place,) = shared.glob(f"dmn-tck/compliance-level-3/{folder}")

    assert sum(close(got, expected) for _, got, expected in play(place)) >= least


@pytest.mark.parametrize("folder", ["0076-feel-external-java", "1131-feel-function-invocation"])
def test_a_folder_with_java_or_unknown_names_is_refused_when_loaded(folder, shared):
    (place,) = shared.glob(f"dmn-tck/compliance-level-3/{folder}")

    with pytest.raises(dmn.ModelError):
        list(play(place))
