"""Play the DMN Technology Compatibility Kit: read its test files, evaluate every case, tally by level.

The format is that of the kit's testCases.xsd. A case passes when all its result nodes do: numbers within 1e-8, lists in
order, contexts in any order, null only as null. What calls functions of another runtime is played, but counted apart.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from lxml import etree

from yimen.dmn.errors import EngineError, ModelError
from yimen.dmn.evaluate import evaluate
from yimen.dmn.inputs import given, is_null
from yimen.dmn.model import Model
from yimen.dmn.read import load
from yimen.dmn.tck_values import is_close, read_value
from yimen.dmn.values import UNKNOWN
from yimen.dmn.xml import parse

OUTSIDE = re.compile(r"\bfunction\s*\([^)]*\)\s*external\b")
EXPECTED = Path(__file__).parent / "tck_expected.txt"
"""The failures nobody need look into, with their reasons; see `reasons`."""


@dataclass(frozen=True, slots=True)
class Miss:
    """A result node that did not come out: its name, and both values. `got` is the refusal's words for a bad model."""

    node: str
    expected: object
    got: object


@dataclass(frozen=True, slots=True)
class Case:
    """One case as played, and what kind it is.

    `level` is the folder of its level, `is_about_tables` whether its model holds a decision table, `expects_value`
    whether any of its results should be other than null, `is_outside` whether its model calls another runtime (Java).
    """

    level: str
    folder: str
    id: str
    misses: tuple[Miss, ...]
    is_about_tables: bool
    expects_value: bool
    is_outside: bool

    @property
    def passes(self) -> bool:
        """Tell whether all its results came out."""
        return not self.misses


@dataclass(frozen=True, slots=True)
class Tally:
    """How many of how many cases pass."""

    passed: int
    cases: int

    @property
    def percent(self) -> float:
        """Return the share that passes; all of no cases."""
        return 100 * self.passed / self.cases if self.cases else 100.0


@dataclass(frozen=True, slots=True)
class Report:
    """All cases of a kit, in the order of its folders."""

    cases: tuple[Case, ...]

    def tallies(self) -> dict[str, Tally]:
        """Return the tallies: of each level, then of levels 2 and 3 together and of what is asked about most."""
        ours = [case for case in self.cases if not case.is_outside]
        official = [case for case in ours if case.level.startswith("compliance-level-")]
        found = {level: _tally(c for c in ours if c.level == level) for level in sorted({c.level for c in ours})}
        return {
            **found,
            "all": _tally(official),
            "tables": _tally(case for case in official if case.is_about_tables),
            "values": _tally(case for case in official if case.expects_value),
            "outside": _tally(case for case in self.cases if case.is_outside),
        }

    def failing(self) -> tuple[Case, ...]:
        """Return the cases that fail."""
        return tuple(case for case in self.cases if not case.passes)


def _tally(cases: Iterable[Case]) -> Tally:
    passes = [case.passes for case in cases]
    return Tally(sum(passes), len(passes))


def play(place: Path) -> Report:
    """Return how the cases in every folder below this one come out; a model that cannot be loaded fails its cases."""
    folders = sorted({file.parent for file in place.rglob("*-test-*.xml")})
    return Report(tuple(case for folder in folders for case in _folder(folder)))


def _folder(place: Path) -> Iterator[Case]:
    models = {file.name: file.read_bytes() for file in sorted(place.glob("*.dmn"))}
    for file in sorted(place.glob("*-test-*.xml")):
        tests = etree.parse(file, etree.XMLParser(resolve_entities=False, no_network=True)).getroot()
        main = (tests.findtext("{*}modelName") or "").strip()
        model: Model | str
        try:
            model = load(models[main], _imported(main, models), lenient=True)
        except EngineError as error:
            model = str(error)
        except KeyError:
            model = f"没有模型文件 {main}。"
        text = models.get(main, b"").decode(errors="replace")
        for element in tests.iterfind("{*}testCase"):
            results = element.findall("{*}resultNode")
            yield Case(
                level=place.parent.name,
                folder=place.name,
                id=element.get("id") or "",
                misses=tuple(_misses(model, element, results)),
                is_about_tables="decisionTable" in text,
                expects_value=any(_expected(one) is not None for one in results),
                is_outside='kind="Java"' in text or bool(OUTSIDE.search(text)),
            )


def _imported(main: str, models: Mapping[str, bytes]) -> Sequence[bytes]:
    """Return the models a model imports, directly or through others."""
    roots = {main: parse(models[main])}
    for name, xml in models.items():
        with suppress(ModelError):  # a broken file that is not imported does no harm
            roots[name] = parse(xml)
    by_namespace = {root.get("namespace"): name for name, root in roots.items()}
    wanted, waiting = {main}, [main]
    while waiting:
        for one in roots[waiting.pop()].iterfind("{*}import"):
            found = by_namespace.get(one.get("namespace"))
            if found is not None and found not in wanted:
                wanted.add(found)
                waiting.append(found)
    return [models[name] for name in sorted(wanted - {main})]


class _Inputs:
    """The inputs of a case. The kit knows no unknown: what a case does not give is null."""

    def __init__(self, values: Mapping[str, object]) -> None:
        self._values = values

    def get(self, path: str) -> object:
        """Return the value under a path."""
        found = given(self._values, path)
        return None if found is UNKNOWN else found

    def is_null(self, path: str) -> bool:
        """Tell whether nothing is given under a path, or something without components."""
        return given(self._values, path) is UNKNOWN or is_null(self._values, path)


def _expected(node: etree._Element) -> object:
    expected = node.find("{*}expected")
    return None if expected is None else read_value(expected)


def _misses(model: Model | str, case: etree._Element, results: Collection[etree._Element]) -> Iterator[Miss]:
    inputs = _Inputs({node.get("name") or "": read_value(node) for node in case.iterfind("{*}inputNode")})
    for node in results:
        name, expected = node.get("name") or "", _expected(node)
        if isinstance(model, str):
            yield Miss(name, expected, model)
            continue
        asked = name if case.get("type", "decision") == "decision" else case.get("invocableName") or name
        try:
            got = evaluate(model, asked, inputs).value
        except EngineError as error:
            yield Miss(name, expected, str(error))
            continue
        if asked in model.services and len(model.services[asked].outputs) > 1 and isinstance(got, dict):
            got = got.get(name, got)
        if not is_close(got, expected):
            yield Miss(name, expected, got)


def reasons(text: str) -> dict[str, str]:
    """Return the reasons for failures by `folder` or `folder/case`, from lines `folder/case: reason`; `#` comments."""
    lines = (line.split("#")[0].strip() for line in text.splitlines())
    pairs = (line.partition(": ") for line in lines if line)
    return {name.strip(): reason.strip() for name, _, reason in pairs}


def reason_for(case: Case, known: Mapping[str, str]) -> str | None:
    """Return why a case may fail; None where nobody has said."""
    if case.is_outside:
        return "调用引擎之外的函数（Java），按设计拒绝。"
    return known.get(f"{case.folder}/{case.id}") or known.get(case.folder)
