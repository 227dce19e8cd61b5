"""Every way to a department's data or a licence's content, found in the code: each leaves a ledger row, or says why not.

The source is walked, not run: whoever names a connector, opens a line to another system, or touches the face or the
document of a licence stands in ALLOWED with the reason why the ledger is not passed by. A new line needs a new reason.
Then each verb that hands out personal data is called once, and its row is there.
"""

import ast
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import transaction

import yimen
from yimen.cases import services as cases
from yimen.cases.models import Case
from yimen.cases.tests.factories import NOW, OFFICER, World
from yimen.core.errors import DomainError
from yimen.datasets import services as datasets
from yimen.datasets.models import Grant
from yimen.ledger.logic import Purpose
from yimen.ledger.models import Entry
from yimen.licences import services as licences
from yimen.licences.models import Licence
from yimen.parties.logic import Actor
from yimen.parties.tests import factories as parties

ROOT = Path(yimen.__file__).parent
APART = ("tests", "migrations", "dmn")
"""Folders that are not walked: tests, migrations, and the engine, which may import nothing of ours and opens nothing."""

LINES = frozenset(
    [
        "psycopg",
        "pymysql",
        "sqlalchemy",
        "sqlite3",
        "httpx",
        "requests",
        "urllib3",
        "aiohttp",
        "duckdb",
        "ibis",
        "pyarrow",
        "openpyxl",
        "socket",
    ]
)
"""Libraries by which one can reach another system, or read a file of one."""
CONNECTORS = frozenset({"source_of", "YIMEN_SOURCES"})
"""Names that lead to a department's system; so does every import from the package of connectors."""
PACKAGE = "datasets.sources"
"""The connectors. What is in there reads; what counts is who calls it from outside."""
CONTENT = frozenset({"face", "document"})
"""What a licence says, as attributes; that of a type or an item is a list of titles and listed with that reason."""
TABLES = ("licences_licence", "cases_casefact")
"""Tables with personal values, as SQL written by hand would name them."""

EXCHANGE = "the exchange itself: it records before it hands on"
TITLES = "the face as a definition: titles and names of facts, no values"
MAKING = "a licence in the making, which leaves an act when it is kept"
OWN = "our own database, not a department's"
ALLOWED = {
    ("connector", "config.settings.platform:"): "reads the addresses from the environment",
    ("connector", "datasets.services.exchange:"): EXCHANGE,
    ("connector", "datasets.services.exchange:_ask"): EXCHANGE,
    ("line", "core.pipeline"): OWN,
    ("line", "ledger.grants"): "gives our own role its rights",
    ("line", "licences.services"): "names an error of our own database",
    ("content", "cases.services.recording:_licence"): MAKING,
    ("content", "cases.services.recording:by_pipeline"): MAKING,
    ("content", "items.packs.check:_item"): TITLES,
    ("content", "licences.logic:validate"): TITLES,
    ("content", "licences.queries:_recorded"): "compares the document with the row; tells no value",
    ("content", "licences.queries:statement"): MAKING,
    ("content", "licences.queries:verify_code"): "checks the signature; tells no value of the face",
    ("content", "licences.documents:canonical"): MAKING,
    ("content", "licences.services:put_type"): TITLES,
    ("content", "licences.services:show"): "records licence.shown before it hands the licence on",
    ("content", "licences.services:signed"): MAKING,
}


def places(root: Path) -> Iterator[tuple[str, str]]:
    """Yield every (kind, place) of the code below this folder; a place is `module:function`, of a line the module."""
    for path in sorted(root.rglob("*.py")):
        parts = path.relative_to(root).with_suffix("").parts
        if not set(parts) & set(APART):
            module = ".".join(part for part in parts if part != "__init__")
            if module != PACKAGE and not module.startswith(f"{PACKAGE}."):
                yield from found(ast.parse(path.read_text(encoding="utf-8")), module)


def found(tree: ast.Module, module: str) -> Iterator[tuple[str, str]]:
    for node, function in walked(tree, ""):
        match node:
            case ast.Import(names=names) if any(one.name.split(".")[0] in LINES for one in names):
                yield "line", module
            case ast.ImportFrom(module=str(name)) if name.split(".")[0] in LINES or name == "urllib.request":
                yield "line", module
            case ast.ImportFrom(module=str(name)) if name.startswith("yimen.datasets.sources"):
                yield "connector", f"{module}:{function}"
            case ast.ImportFrom(module="yimen.datasets", names=names) if any(one.name == "sources" for one in names):
                yield "connector", f"{module}:{function}"
            case ast.Attribute(attr=name) | ast.Name(id=name) if name in CONNECTORS:
                yield "connector", f"{module}:{function}"
            case ast.Attribute(attr="face", value=ast.Attribute(attr="result")):
                pass  # what an item's result shows: a definition
            case ast.Attribute(attr=name) if name in CONTENT:
                yield "content", f"{module}:{function}"
            case ast.Constant(value=str(text)) if any(f"FROM {name}" in text for name in TABLES):
                yield "content", f"{module}:{function}"


def walked(node: ast.AST, function: str) -> Iterator[tuple[ast.AST, str]]:
    """Yield every node with the name of the function it stands in; a method's stands for its own."""
    for child in ast.iter_child_nodes(node):
        yield child, function
        inside = child.name if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef) else function
        yield from walked(child, inside)


def test_every_way_to_personal_data_passes_the_ledger_or_says_why_not():
    unexplained = sorted(set(places(ROOT)) - ALLOWED.keys())

    assert unexplained == [], "say in ALLOWED why the ledger is not passed by here, or go through it"


def test_every_reason_is_still_needed():
    assert sorted(ALLOWED.keys() - set(places(ROOT))) == []


@pytest.mark.parametrize(
    ("bypass", "kind"),
    [
        (
            "from yimen.datasets.sources import source_of\ndef peek(k):\n    return source_of(*k).read({}, [])\n",
            "connector",
        ),
        ("from yimen.datasets import sources\ndef peek(k):\n    return sources.source_of(*k)\n", "connector"),
        ("def peek(settings):\n    return settings.YIMEN_SOURCES['police'].url\n", "connector"),
        ("import psycopg\ndef peek(url):\n    return psycopg.connect(url)\n", "line"),
        ("def peek(url):\n    import httpx\n    return httpx.get(url)\n", "line"),
        ("from sqlalchemy import create_engine\n", "line"),
        ("def peek(licence):\n    return dict(licence.face)\n", "content"),
        ("async def peek(licence):\n    return bytes(licence.document)\n", "content"),
        ("def peek(cursor):\n    cursor.execute('SELECT face FROM licences_licence')\n", "content"),
    ],
)
def test_a_way_round_that_somebody_adds_is_found(tmp_path, bypass, kind):
    (tmp_path / "channels").mkdir()
    (tmp_path / "channels" / "shortcut.py").write_text(bypass, encoding="utf-8")

    assert kind in {one for one, _ in set(places(tmp_path)) - ALLOWED.keys()}


# --- each verb leaves its row


@pytest.fixture
def city(settings, tmp_path):
    """Somebody with a case that was approved and its licence."""
    for name in ("SIGNING", "LEDGER", "EXCHANGE"):
        setattr(settings, f"YIMEN_{name}_KEY", str(tmp_path / f"{name}.pem"))
    world = World(settings)
    person = world.person()
    case = cases.start("reception", by=parties.acting(person), at=NOW)
    answers = {"person.fit": "true", "application.settle": "collective"}
    cases.submit(case.pk, answers, by=parties.acting(person), at=NOW)
    return person


def exchange(person, **changes):
    call = {
        "subject": person,
        "keys": {"person": person.number},
        "fields": ["household"],
        "purpose": Purpose("reception", "毕业生接收"),
        "actor": Actor("system", "test", "市人力资源保障局", parties.HR),
        "grantee": parties.HR,
        "at": NOW,
        **changes,
    }
    return datasets.exchange("population", **call)


VERBS = {
    "exchange a record": exchange,
    "show a licence": lambda person: licences.show(
        Licence.objects.get().pk, holder=person, by=parties.acting(person).actor, at=NOW
    ),
    "open a case as the applicant": lambda person: cases.open_as_applicant(
        Case.objects.get().pk, by=parties.acting(person), at=NOW
    ),
    "open a case as an officer": lambda _: cases.open_as_officer(Case.objects.get().pk, by=OFFICER, at=NOW),
}


@pytest.mark.django_db
@pytest.mark.parametrize("verb", VERBS)
def test_each_verb_that_hands_out_personal_data_leaves_its_row(city, verb):
    before = Entry.objects.filter(kind="READ", subject=city.pk).count()

    assert VERBS[verb](city)

    assert Entry.objects.filter(kind="READ", subject=city.pk).count() == before + 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    "changes",
    [
        {"purpose": Purpose("another", "别的事")},
        {"grantee": parties.POLICE},
        {"fields": ["income"]},
        {"at": NOW - timedelta(days=9999)},
    ],
)
def test_what_is_refused_leaves_its_row_too(city, changes):
    before = Entry.objects.filter(subject=city.pk).count()

    with pytest.raises(DomainError):
        exchange(city, **changes)

    row = Entry.objects.filter(subject=city.pk).latest("pk")
    assert Entry.objects.filter(subject=city.pk).count() == before + 1
    assert row.result == "REFUSED"


@pytest.mark.django_db(transaction=True)
def test_no_value_is_handed_on_inside_a_transaction_that_could_take_the_row_back(city):
    with pytest.raises(RuntimeError, match="transaction"), transaction.atomic():
        exchange(city)


@pytest.mark.django_db
def test_reading_for_a_case_leaves_a_row_for_each_read(city):
    rows = Entry.objects.filter(kind="READ", subject=city.pk, action="dataset.read")

    assert {(row.dataset, *row.fields) for row in rows} == {
        ("population", "household"),
        ("population", "convicted"),
        ("education", "graduated_on"),
    }
    assert {row.details["grant"] for row in rows} == set(Grant.objects.values_list("pk", flat=True))
