"""feelin, in Node: it knows expressions and unary tests, so the tables are gone through row by row in JavaScript."""

import json
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

from lxml import etree

from bench.decisions.contest import Figures
from bench.decisions.material import GOALS, SUMMARY, Material

VERSION = "8.2.0"
CALLS = 60
CHECKED = 100


class NoNode(Exception):
    """There is no Node, or no feelin for it."""


def measured(material: Material) -> Mapping[str, Figures]:
    """Return its figures by goal.

    Raises:
        NoNode: it cannot be run here.
    """
    npm, node = shutil.which("npm"), shutil.which("node")
    if npm is None or node is None:
        raise NoNode("there is no npm")
    with tempfile.TemporaryDirectory(prefix="yimen-bench-") as folder:
        home = Path(folder)
        (home / "package.json").write_text("{}")
        _run([npm, "install", "--silent", "--no-audit", "--no-fund", "--prefix", folder, f"feelin@{VERSION}"])
        models = {goal: {"steps": _steps(material.model(goal)), "asks": CHECKED} for goal in GOALS}
        (home / "models.json").write_text(json.dumps(models))
        script, rows = Path(__file__).with_suffix(".mjs"), material.folder / "inputs_1000.jsonl"
        told = json.loads(_run([node, str(script), str(home / "models.json"), str(rows), str(CALLS), folder]))
    return {goal: _figures(material, goal, told[goal]) for goal in GOALS}


def _run(command: list[str]) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - programs of this machine
    if done.returncode != 0:
        raise NoNode((done.stderr or done.stdout).strip().splitlines()[-1])
    return done.stdout


def _figures(material: Material, goal: str, told: dict[str, list[object]]) -> Figures:
    figures = Figures("feelin (Node)")
    wrong = [place for place, answer in enumerate(told["answers"]) if not material.is_right(goal, place, answer)]
    if wrong:
        figures.problem = f"wrong on row {wrong[0] + 1}: {told['answers'][wrong[0]]!r}"
        return figures
    figures.calls = [int(str(one)) for one in told["times"]]
    figures.cpu_us, figures.memory_kib = float(str(told["cpu_us"])), float(str(told["memory_kib"]))
    return figures


def _steps(xml: bytes) -> list[dict[str, object]]:
    """Return the decisions of a model that its goal needs, in the order written."""
    root = etree.fromstring(xml)
    space = {"d": etree.QName(root).namespace or ""}
    steps: list[dict[str, object]] = []
    for decision in root.iterfind("d:decision", space):
        table = decision.find("d:decisionTable", space)
        step: dict[str, object] = {"name": decision.get("name")}
        if table is None:
            step["text"] = decision.findtext("d:literalExpression/d:text", namespaces=space)
        else:
            names = [one.get("name") for one in table.iterfind("d:output", space)]
            step["policy"] = table.get("hitPolicy")
            step["inputs"] = [_text(one) for one in table.iterfind("d:input/d:inputExpression", space)]
            step["rules"] = [
                {
                    "cells": [_text(one) for one in rule.iterfind("d:inputEntry", space)],
                    "output": _output(names, [_text(one) for one in rule.iterfind("d:outputEntry", space)]),
                }
                for rule in table.iterfind("d:rule", space)
            ]
        steps.append(step)
        if step["name"] == SUMMARY:
            break
    return steps


def _text(element: etree._Element) -> str:
    return element.findtext("{*}text") or ""


def _output(names: list[str | None], texts: list[str]) -> str:
    if len(texts) == 1:
        return texts[0]
    return "{" + ", ".join(f"{name}: {text}" for name, text in zip(names, texts, strict=True)) + "}"
