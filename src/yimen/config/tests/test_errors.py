"""docs/reference/errors.md is what programs rely on: every code stands there with its status."""

import importlib
import pkgutil
from pathlib import Path

import yimen
from yimen.core.errors import DomainError
from yimen.core.problems import status_of

ROOT = Path(__file__).resolve().parents[4]
APART = (".tests", ".migrations", ".__main__", "config.manage")


def every_error(kind=DomainError):
    for one in kind.__subclasses__():
        yield one
        yield from every_error(one)


def test_every_error_is_documented_with_its_status():
    for module in pkgutil.walk_packages(yimen.__path__, "yimen."):
        if not any(part in module.name for part in APART):
            importlib.import_module(module.name)
    rows = (ROOT / "docs/reference/errors.md").read_text(encoding="utf-8")
    ours = [one for one in every_error() if one.__module__.startswith("yimen.") and ".tests" not in one.__module__]

    without = [
        one.code for one in ours if f"| `{one.code}` | {status_of(one.__new__(one)).value} | {one.title} |" not in rows
    ]

    assert without == []
    codes = [one.code for one in ours]
    assert len(codes) == len(set(codes))
