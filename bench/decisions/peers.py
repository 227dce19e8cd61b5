"""Other engines in this process: zen-engine, SpiffWorkflow's DMN, pySFeel. One that is not installed is left out."""

import json
import logging
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from types import ModuleType, SimpleNamespace
from xml.sax.saxutils import escape

from lxml import etree

from bench.decisions.contest import Call, Contestant
from bench.decisions.material import SUMMARY, Material, Row

DMN = "https://www.omg.org/spec/DMN/20191111/MODEL/"
Cell = tuple[object, ...] | None


def contestants(material: Material, goal: str, say: Callable[[str], None]) -> Iterator[Contestant]:
    """Yield the peers that can decide this goal; the reason is said of those that cannot."""
    makers = {"zen-engine": _zen, "SpiffWorkflow": _spiff, "pySFeel": _pysfeel}
    for name, make in makers.items():
        if goal == "chain" and name != "zen-engine":
            continue  # neither reads a graph of decisions
        try:
            yield make(material, goal)
        except ImportError as error:
            say(f"{name} is left out: {error}")


# --- zen-engine, by its fastest route: a loader that hands out what was read once


def _zen(material: Material, goal: str) -> Contestant:
    import zen  # noqa: PLC0415 - it may not be installed

    text = (material.folder / f"{goal}.jdm.json").read_text()
    rows = tuple({**row, "application_date": str(row["application_date"])} for row in material.rows)

    def load() -> Call:
        read_once = zen.ZenDecisionContent(text)
        engine = zen.ZenEngine({"loader": lambda _key: read_once})
        engine.evaluate(goal, rows[0])
        return lambda row: engine.evaluate(goal, row)

    def read(answer: object) -> object:
        assert isinstance(answer, dict)
        result = answer["result"]
        if goal == "chain":
            return result[SUMMARY]
        if goal == "collect":
            return [one["code"] for one in result]
        return result or None

    return Contestant("zen-engine", load, rows, read)


# --- SpiffWorkflow, whose cells are Python; it knows UNIQUE, which stops at the first row hit, and COLLECT


def _spiff(material: Material, goal: str) -> Contestant:
    from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine, TaskDataEnvironment  # noqa: PLC0415 - as above
    from SpiffWorkflow.dmn.engine.DMNEngine import DMNEngine  # noqa: PLC0415 - as above
    from SpiffWorkflow.dmn.parser.DMNParser import DMNParser  # noqa: PLC0415 - as above

    logging.getLogger("spiff").setLevel(logging.ERROR)
    xml = _spiff_xml(material.maker, goal).encode()

    def load() -> Call:
        parser = DMNParser(None, etree.fromstring(xml), {"dmn": DMN})
        parser.parse()
        engine = DMNEngine(parser.decision.decisionTables[0])
        scripts = SimpleNamespace(script_engine=PythonScriptEngine(TaskDataEnvironment({"date": date})))
        return lambda row: engine.result(SimpleNamespace(data=dict(row), workflow=scripts))

    def read(answer: object) -> object:
        assert isinstance(answer, dict)
        return answer.get("code", []) if goal == "collect" else answer or None

    return Contestant("SpiffWorkflow", load, material.rows, read)


def _spiff_xml(maker: ModuleType, goal: str) -> str:
    policy, rules = maker.TABLES[goal]
    names = [name for name, _ in maker.COLS]
    inputs = "".join(
        f'<input id="i{name}"><inputExpression><text>{name}</text></inputExpression></input>' for name in names
    )
    outputs = "".join(f'<output id="o{name}" name="{name}"/>' for name in rules[0][1])
    rows = "".join(
        f'<rule id="r{place}">'
        + _entries("inputEntry", map(_python, cells))
        + _entries("outputEntry", map(repr, output.values()))
        + "</rule>"
        for place, (cells, output) in enumerate(rules)
    )
    table = (
        f'<decisionTable id="t" hitPolicy="{"COLLECT" if policy == "COLLECT" else "UNIQUE"}">{inputs}{outputs}{rows}'
    )
    return f'<definitions xmlns="{DMN}"><decision id="d" name="d">{table}</decisionTable></decision></definitions>'


def _entries(tag: str, texts: Iterable[str]) -> str:
    return "".join(f'<{tag} id="{tag}{n}"><text>{escape(text)}</text></{tag}>' for n, text in enumerate(texts))


def _python(cell: Cell) -> str:
    match cell:
        case None:
            return ""
        case ("cmp", sign, value):
            return f"{sign} {_constant(value)}"
        case ("rng", low, high, low_included, high_included):
            signs = ["<=" if one else "<" for one in (low_included, high_included)]
            return f"{_constant(low)} {signs[0]} ? {signs[1]} {_constant(high)}"
        case (_, [one]):
            return _constant(one)
        case (_, list() as several):
            return f"? in ({', '.join(map(_constant, several))})"
        case _:
            raise TypeError(cell)


def _constant(value: object) -> str:
    return f"date({value.year}, {value.month}, {value.day})" if isinstance(value, date) else repr(value)


# --- pySFeel, which knows expressions and no tables: each cell is put to it as text, row by row


def _pysfeel(material: Material, goal: str) -> Contestant:
    import pySFeel  # noqa: PLC0415 - as above

    policy, rules = material.maker.TABLES[goal]
    names = [name for name, _ in material.maker.COLS]
    texts = [
        ([(name, _sfeel(cell, material.maker)) for name, cell in zip(names, cells, strict=True) if cell], output)
        for cells, output in rules
    ]

    def load() -> Call:
        parser = pySFeel.SFeelParser()

        def holds(cells: list[tuple[str, str]], row: Row) -> bool:
            return all(parser.sFeelParse(f"{_shown(row[name])} {text}")[1] is True for name, text in cells)

        def call(row: Row) -> object:
            hits = (output for cells, output in texts if holds(cells, row))
            return [output["code"] for output in hits] if policy == "COLLECT" else next(hits, None)

        return call

    return Contestant("pySFeel", load, material.rows, lambda answer: answer)


def _sfeel(cell: Cell, maker: ModuleType) -> str:
    text = str(maker.feel(cell))
    assert cell is not None
    if cell[0] == "cmp":
        return text
    if cell[0] == "rng":
        return f"in {text}"
    return f"in ({text})"


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date):
        return f'date("{value.isoformat()}")'
    return json.dumps(value)
