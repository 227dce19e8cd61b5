"""There is no way to a department's data, or to a licence, that leaves no row in the ledger.

Every function of the house is read (`reading_paths`): what could get at data must record the read itself, on each of
its ways, or be named only by what does. What need not is listed here, each with its reason, and no line longer than it
is needed. Then each verb that records is called for real, with a ledger that works and with one that does not.
"""

from datetime import date
from itertools import starmap
from pathlib import Path
from textwrap import dedent
from uuid import uuid4

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction
from django.test import Client

import yimen
from yimen.cases import services as cases
from yimen.cases.models import Case, CaseFact, Decision
from yimen.cases.tests.factories import NOW, OFFICER, World
from yimen.config.tests import test_strangers as strangers
from yimen.config.tests.reading_paths import CONNECTIONS, Guarded, House, Survey, modules, templates, told
from yimen.core.errors import DomainError
from yimen.datasets import services as datasets
from yimen.datasets.logic import GrantDefinition
from yimen.datasets.models import Dataset, Grant, Objection
from yimen.ledger.logic import Purpose
from yimen.ledger.models import Entry
from yimen.licences import services as licences
from yimen.licences.models import Licence
from yimen.parties.logic import Actor
from yimen.parties.tests import factories as parties

ROOT = Path(yimen.__file__).parent
HOLDING = {Licence: "", CaseFact: "", Decision: "", Objection: "corrected_value"}
"""The models that hold a licence, or what a department said: facts of a case, the trace of a decision on them, and in
one column what a value was corrected to.
"""

RECORDERS = frozenset(
    {
        "yimen.ledger.services.recording.record_read",
        "yimen.ledger.services.recording.record_batch",
        "yimen.datasets.services.permitting.Call.record",
        "yimen.datasets.services.batch._Job.record",
    }
)
"""What records a read: the ledger's own verbs, and what does nothing but call one."""

HAND, PIPELINE = "the database by hand", "yimen.core.pipeline."
CASES, READING = "yimen.cases.services.", "yimen.cases.services.reading.kept"
LICENCES = "yimen.licences.queries."
OBJECTIONS = "yimen.datasets.objections.of_subject"
MATCHING = "yimen.policies.matching."
DATASETS, SYSTEMS, QUALITY = "yimen.datasets.services.", "yimen.datasets.sources.", "yimen.datasets.quality."
HARMLESS = {
    # Our own database, and its server.
    (PIPELINE, HAND): "sends what others wrote over our own connection; a statement is looked at where it is written",
    (PIPELINE, "psycopg"): "as above",
    ("yimen.core.postgres.", "subprocess"): "starts the programs of our own server",
    ("yimen.core.jobs.", HAND): "waits for the queue to say that there is something to do",
    ("yimen.config.cli.migrate.command", HAND): "makes the tables",
    ("yimen.ledger.services.sealing.", HAND): "seals rows of the ledger, which hold no value of anybody's",
    ("yimen.ledger.verification.", HAND): "reads the ledger itself to check it",
    # Messages on their way out.
    ("yimen.notices.addresses.unreachable", "socket"): "looks up what a name stands for; speaks to nobody",
    ("yimen.notices.senders.sender", "an import by name"): "brings out a title and a link; reads nothing",
    # Departments' systems and the lake: what reads no record, or one whose reading is recorded.
    ("yimen.", f"{SYSTEMS}addresses.shown"): "writes an address without user and password",
    ("yimen.", f"{SYSTEMS}addresses.with_login"): "puts an address together",
    ("yimen.", f"{SYSTEMS}addresses.problems"): "looks whether an address may be asked at all",
    ("yimen.", f"{SYSTEMS}schema.relations"): "names of tables and files; reads no record",
    ("yimen.", f"{SYSTEMS}schema.describe"): "names and types of columns; reads no record",
    ("yimen.", f"{SYSTEMS}openapi.of_record"): "tells columns from a record that was pasted in",
    (f"{DATASETS}checking._has_openapi", f"{SYSTEMS}rest.RestSource"): "asks for the description of the service only",
    (f"{DATASETS}checking._has_openapi", f"{SYSTEMS}rest.RestSource.get"): "as above",
    (f"{DATASETS}checking.check_datasets", f"{DATASETS}connections.connection_of"): "asks for names of columns only",
    (f"{DATASETS}connections.register_source", CONNECTIONS): "looks whether a name is taken",
    (f"{DATASETS}quality.run_quality", f"{QUALITY}relations.parquet"): "looks into what `take` recorded just before",
    (f"{DATASETS}quality.try_rule", f"{QUALITY}relations.parquet"): "as above",
    ("yimen.config.cli.quality._of_file", f"{QUALITY}relations.file"): "a file of whoever types the command",
    (f"{QUALITY}running.must_fit", "pyarrow"): "looks whether an expression fits a table without rows",
    (f"{QUALITY}running.must_fit", f"{QUALITY}relations.arrow"): "as above",
    ("yimen.lake.engine.table", "ibis"): "named by nobody yet but tests: rules over a whole table",
    (f"{DATASETS}base.build", "yimen.lake.store.Draft.close"): "as below",
    (f"{DATASETS}base.build", "yimen.lake.engine.connected"): "joins snapshots, each recorded when it was taken",
    (f"{DATASETS}base_records.open_base_record", "yimen.lake.engine.connected"): "what it returns, it recorded",
    ("yimen.policies.collecting.fetching.Visitor.", "httpx"): "asks web sites for published policies; nobody's data",
    ("yimen.policies.collecting.fetching.Visitor.", "socket"): "as above",
    (f"{MATCHING}compiled.", "duckdb"): "reckons with columns handed to it; opens no file",
    (f"{MATCHING}compiled.", "ibis"): "as above",
    (f"{MATCHING}compiled.", "pyarrow"): "as above",
    (f"{MATCHING}columns.", "pyarrow"): "as above",
    (f"{MATCHING}desk.", "pyarrow"): "as above",
    (f"{MATCHING}cluster.", "pyarrow"): "as above, on a cluster",
    (f"{MATCHING}physical.", "pyarrow"): "as above",
    (f"{MATCHING}binding.", "pyarrow"): "as above",
    (f"{MATCHING}details.", "pyarrow"): "who fits what, and which conditions stand how: no fact",
    (f"{MATCHING}sources.", "pyarrow"): "reads the table everybody is matched on, recorded when it was taken",
    (f"{MATCHING}engine.", "pyarrow"): "reads the table everybody is matched on, recorded when it was taken",
    (
        "yimen.policies.services.matching.",
        "yimen.lake.store.Draft.close",
    ): "who fits what: pairs of identifiers and measures, no fact",
    ("yimen.policies.services.matching.", "yimen.lake.engine.connected"): "as above",
    ("yimen.policies.services.looking._row", f"{MATCHING}facts_row.of"): "what it hands on, it records first",
    ("yimen.policies.evaluating.coverage.", "pyarrow"): "counts; hands nobody's value on",
    ("yimen.policies.evaluating.coverage.", "yimen.lake.engine.connected"): "as above",
    ("yimen.policies.evaluating.simulating.", "pyarrow"): "as above",
    ("yimen.policies.evaluating.simulating.", "yimen.lake.engine.connected"): "as above",
    (f"{MATCHING}facts_table.build", "yimen.lake.store.Draft.close"): "as below",
    (f"{MATCHING}facts_table.build", "yimen.lake.engine.connected"): "joins snapshots, each recorded when it was taken",
    (
        f"{MATCHING}facts_table._write_everybody",
        "pyarrow",
    ): "writes who is known to the platform; no value of anybody's",
    (
        "yimen.policies.delivering.from_matches.found_in",
        "yimen.lake.engine.connected",
    ): "tells each party of itself alone, from what was recorded when it was taken",
    # Cases: what was read, and recorded, before.
    (f"{CASES}founding._code", HAND): "draws the next number of a sequence",
    (f"{CASES}recording.by_orm", HAND): "asks for the rule in effect, and draws numbers",
    (f"{CASES}recording.by_orm", ".facts"): "drops a draft's facts unread",
    (f"{CASES}recording.by_orm", "CaseFact"): "writes the facts a case was decided on",
    (f"{CASES}recording.by_pipeline", "cases_casefact"): "drops a draft's facts unread",
    (f"{CASES}recording.DRAWN", "cases_decision"): "the name of a sequence",
    (f"{CASES}reading.keep", ".facts"): "drops a draft's facts unread",
    (f"{CASES}reading.keep", "CaseFact"): "writes what was just read, each reading with its row",
    (f"{CASES}drafting.prepare", READING): "shows the applicant again, for some minutes, what was read for this draft",
    (f"{CASES}drafting.merged", READING): "tells what the form sent back unchanged from what the applicant typed",
    (f"{CASES}submission._refuse_incomplete", READING): "looks whether an answer is missing; hands no value on",
    (f"{CASES}review.decide", READING): "the decision's own act is recorded in the same transaction",
    (f"{CASES}review.decide", ".decisions"): "as above",
    (f"{CASES}review.decide", "Decision"): "writes the officer's decision",
    (f"{CASES}appeal._hand_over", ".decisions"): "asks who decided; takes no trace",
    (f"{CASES}figures.reckon", "Decision"): "counts, and takes times",
    ("yimen.cases.queries.queue", ".decisions"): "counts what is missing; the rows are masked",
    (
        "yimen.policies.services.benefits.candidates.candidates",
        "pyarrow",
    ): "takes identifiers of whom the batch found; each is then read anew, with rows of its own",
    ("yimen.cases.queries.outcome", ".decisions"): "takes the amount that was granted; no fact, no trace",
    ("yimen.cases.queries._decisions", "Decision"): "takes keys, to hold them against the ledger",
    ("yimen.cases.queries._reads", "CaseFact"): "takes numbers of ledger rows, to see that they are there",
    (f"{DATASETS}objecting._answered", ".corrected_value"): "writes it",
    ("yimen.channels.portal.objections.listing", OBJECTIONS): "records it where there is one",
    (
        "yimen.channels.portal.objections.stands",
        OBJECTIONS,
    ): "stands beside the same fact, read and recorded for the page",
    ("yimen.datasets.objections.states", OBJECTIONS): "named by nobody",
    # Payments: the treasury is told, and asked what became of it.
    ("yimen.payments.treasuries.over_http.", "httpx"): "pays; the account was opened with its row; reads nobody's data",
    # Licences: the list of one's own, and the check anybody may make.
    (f"{LICENCES}held_by", f"{LICENCES}_of"): "the holder's own list: names and days, no face, no document",
    (f"{LICENCES}of_case", "Licence"): "as above, of one case",
    (f"{LICENCES}case_ids", "Licence"): "takes the numbers of cases, to hold them against the ledger",
    (f"{LICENCES}verify_code", f"{LICENCES}_whole"): "whoever was shown the code learns that it is genuine; masked",
    (f"{LICENCES}verify_file", f"{LICENCES}_whole"): "whoever has the whole file learns that it is genuine; masked",
    ("yimen.licences.services.withdraw", "Licence"): "shows nothing; the act is recorded in the same transaction",
}


def guarded(model, column):
    """The model as the source names it."""
    keys = [one.remote_field for one in model._meta.concrete_fields if one.remote_field]
    related = {key.get_accessor_name() for key in keys} - {None}
    return Guarded(f"{model.__module__}.{model.__qualname__}", model._meta.db_table, frozenset(related), column)


SOURCES, TEMPLATES = modules(ROOT), templates(ROOT / "channels")


def survey(added=(), pages=()):
    """What the walk finds; `added` are texts of further pages of the portal, `pages` further templates."""
    more = {f"yimen.channels.portal.added{number}": dedent(text) for number, text in enumerate(added)}
    shown = {f"yimen.channels.portal/added{number}.html": text for number, text in enumerate(pages)}
    house = House({**SOURCES, **more}, starmap(guarded, HOLDING.items()), {**TEMPLATES, **shown})
    return Survey(house, RECORDERS, HARMLESS)


one_walk = pytest.mark.xdist_group("reading paths")
"""Tests that share what was walked over: it is walked once where tests run on several processors."""


@pytest.fixture(scope="module")
def found():
    return survey()


@one_walk
def test_every_way_to_the_data_leaves_a_row(found):
    ways = found.bypasses()

    assert not ways, f"these get at data and leave no row:\n{told(ways)}"


@one_walk
def test_no_line_of_the_list_outlives_its_need(found):
    assert found.stale() == []


def test_every_reason_says_something():
    assert all(len(reason) > 5 for reason in HARMLESS.values())


@one_walk
def test_what_records_calls_the_ledger_and_does_nothing_else(found):
    ledger = {one for one in RECORDERS if one.startswith("yimen.ledger.")}
    for name in RECORDERS - ledger:
        assert ledger & found.house.nodes[name].found.names, name


@one_walk
def test_the_walk_sees_the_whole_house(found):
    """It would find nothing as well if it could not read: these are known to be there."""
    assert {"yimen.datasets.services.reaching.read", "yimen.licences.queries.held", READING} <= found.open
    assert len(found.house.modules) > 150
    assert set(TEMPLATES) >= {"yimen.channels.portal/templates/portal/me.html"}
    assert {apps.get_model("licences", "Licence"), apps.get_model("cases", "CaseFact")} <= set(HOLDING)


BYPASSES = {
    "a page reads a department's system itself": """
        from django.conf import settings
        from yimen.datasets import sources

        def page(request):
            source = sources.source_of("sql", settings.YIMEN_SOURCES["police"], {"relation": "people", "key": "sfz"})
            return source.read({"person": "1"}, ["xm"], timeout_s=1.0)
    """,
    "a source handed on under another name": """
        from yimen.datasets import sources as connectors

        def page(request, connection):
            ask = connectors.source_of("rest", connection, {}).read
            return list(map(ask, request.keys))
    """,
    "the function below the exchange": """
        from yimen.datasets.services.reaching import read as quick

        def page(request, dataset):
            return quick(dataset, {"person": request.number}, ["income"])
    """,
    "the departments' addresses and keys": """
        from django import conf

        def page(request):
            return getattr(conf.settings, "YIMEN_SOURCES")["police"].url
    """,
    "a line of one's own to a database": """
        def page(request):
            import psycopg as pg
            with pg.connect(request.url) as line:
                return line.execute("SELECT 1").fetchall()
    """,
    "a class made from a driver's": """
        from httpx import Client

        class Quick(Client):
            pass

        def page(request):
            return Quick().get("http://department/people/1")
    """,
    "a driver imported by name": """
        from importlib import import_module

        def page(request):
            return import_module("pymysql").connect()
    """,
    "a licence looked up by a page": """
        from django.shortcuts import get_object_or_404
        from yimen.licences.models import Licence

        def page(request, pk):
            return get_object_or_404(Licence, pk=pk).face
    """,
    "a licence through the query that only `show` may use": """
        from yimen.licences import queries

        def page(request, pk):
            return queries.held(request.holder, pk).face
    """,
    "a licence through what the holder's row is called": """
        def page(request):
            return [one.face for one in request.user.person.licences.all()]
    """,
    "a licence through a query on something else": """
        from yimen.parties.models import Party

        def page(request):
            return list(Party.objects.values("licences__face"))
    """,
    "a licence by its table": """
        from django.db import connection

        STATEMENT = "SELECT face FROM licences_licence WHERE id = %s"

        def page(request, pk):
            with connection.cursor() as cursor:
                cursor.execute(STATEMENT, [pk])
                return cursor.fetchone()
    """,
    "a licence by its table through the pipeline": """
        from yimen.core import pipeline

        def page(request, pk):
            return pipeline.ask_now("SELECT face FROM licences_licence WHERE id = %s", [pk])
    """,
    "a licence by the name of its model": """
        from django.apps import apps

        def page(request, pk):
            return apps.get_model("licences", "Licence").objects.get(pk=pk).face
    """,
    "the facts of a case": """
        from yimen.cases.models import Case

        def page(request, pk):
            return {one.fact: one.value for one in Case.objects.get(pk=pk).facts.all()}
    """,
    "the trace of a decision": """
        from yimen.cases.models import Decision

        def page(request, pk):
            return Decision.objects.get(pk=pk).trace
    """,
    "what a value was corrected to": """
        from yimen.datasets.models import Objection

        def page(request, pk):
            return Objection.objects.get(pk=pk).corrected_value
    """,
    "a snapshot in the lake": """
        from yimen.lake import engine, store

        def page(request):
            with engine.connected({"people": store.newest("population")}) as line:
                return line.execute("SELECT * FROM people").fetchall()
    """,
    "a connector chosen by the name of its kind": """
        from yimen.datasets.sources import source_of

        def page(request, connection, reader):
            return reader(source_of("file", connection, {}))
    """,
    "far down, through a table of functions, a lambda and a job": """
        from yimen.core import jobs
        from yimen.licences import queries

        def _face(holder, pk):
            return queries.held(holder, pk).face

        VIEWS = {"face": lambda holder, pk: _face(holder, pk)}

        class Desk:
            def shown(self, name, holder, pk):
                return VIEWS[name](holder, pk)

        def page(request, pk):
            desk = Desk()
            return desk.shown("face", request.holder, pk)
    """,
    "a row in one branch only": """
        from yimen.ledger import services as ledger
        from yimen.licences import queries

        def page(request, pk):
            licence = queries.held(request.holder, pk)
            if request.is_officer:
                ledger.record_read(subject=request.holder.pk, dataset="licences", fields=["face"])
            return licence.face
    """,
    "a row for the good ending only": """
        from yimen.ledger import services as ledger
        from yimen.licences import queries

        def page(request, pk):
            licence = queries.held(request.holder, pk)
            try:
                shown = request.render(licence.face)
            except ValueError:
                return licence.face
            ledger.record_read(subject=request.holder.pk, dataset="licences", fields=["face"])
            return shown
    """,
    "a row after the value was handed on": """
        from yimen.ledger import services as ledger
        from yimen.licences import queries

        def page(request, pk):
            licence = queries.held(request.holder, pk)
            yield licence.face
            ledger.record_read(subject=request.holder.pk, dataset="licences", fields=["face"])
    """,
    "an act in place of a read": """
        from yimen.ledger import services as ledger
        from yimen.licences import queries

        def page(request, pk):
            licence = queries.held(request.holder, pk)
            ledger.record_act(subject=request.holder.pk, action="page.shown")
            return licence.face
    """,
}


@pytest.fixture(scope="module")
def bypassed():
    """The ways found in a house that has every one of them."""
    return survey(BYPASSES.values(), ["{% for one in party.licences.all %}{{ one.face }}{% endfor %}"]).bypasses()


@one_walk
@pytest.mark.parametrize("number", range(len(BYPASSES)), ids=BYPASSES)
def test_a_new_way_past_the_ledger_is_found(bypassed, number):
    assert [way for way in bypassed if way.startswith(f"yimen.channels.portal.added{number}.page → ")]


@one_walk
def test_a_template_that_asks_for_licences_itself_is_found(bypassed):
    assert "yimen.channels.portal/added0.html → .licences" in bypassed


RECORDED = {
    "a read with its row": """
        from yimen.ledger import services as ledger
        from yimen.licences import queries

        def page(request, pk):
            licence = queries.held(request.holder, pk)
            ledger.record_read(subject=request.holder.pk, dataset="licences", fields=["face"])
            return licence.face if licence.face else None
    """,
    "a row on either way": """
        from yimen.ledger import services as ledger
        from yimen.licences import queries

        def page(request, pk):
            if not request.holder:
                return None
            try:
                licence = queries.held(request.holder, pk)
            except queries.LicenceNotFound:
                ledger.record_read(subject=request.holder.pk, dataset="licences", fields=["face"])
                raise
            match request.kind:
                case "face":
                    ledger.record_read(subject=request.holder.pk, dataset="licences", fields=["face"])
                case _:
                    ledger.record_read(subject=request.holder.pk, dataset="licences", fields=["document"])
                    return bytes(licence.document)
            return licence.face
    """,
    "the verbs there are": """
        from yimen.datasets import services as datasets
        from yimen.licences import services as licences

        def page(request, pk):
            with request.file.open() as file:
                file.read(100)
            datasets.exchange("population", subject=request.holder)
            return licences.show(pk, holder=request.holder).face
    """,
    "names that only sound alike": """
        from yimen.licences.models import Licence

        def page(request, item) -> Licence:
            if item.status == Licence.Status.ISSUED:
                return item.definition.result.face
            return Licence(status=Licence.Status.ISSUED)
    """,
}


@pytest.fixture(scope="module")
def recorded():
    return survey(RECORDED.values()).bypasses()


@one_walk
@pytest.mark.parametrize("number", range(len(RECORDED)), ids=RECORDED)
def test_what_records_its_read_is_let_through(recorded, number):
    assert [way for way in recorded if f".added{number}." in way] == []


# --- the verbs themselves

AGENCY = Actor("system", "cases.resolve", "市人力资源保障局（系统自动核验）", parties.HR)


@pytest.fixture
def approved(settings, tmp_path):
    """A world with one approved case and its licence."""
    settings.YIMEN_SIGNING_KEY = str(tmp_path / "key.pem")
    settings.YIMEN_EXCHANGE_KEY = str(tmp_path / "exchange.pem")
    settings.YIMEN_LAKE = str(tmp_path / "lake")
    world = World(settings)
    Dataset.objects.filter(pk="population").update(settings={"relation": "population", "key": "number"})
    datasets.put_grant(
        GrantDefinition("population", parties.HR, "base-library", ("household",), "条例", date(2020, 1, 1))
    )
    owner = world.person()
    case = cases.start("reception", by=parties.acting(owner), at=NOW)
    answers = {"person.fit": "true", "application.settle": "collective"}
    cases.submit(case.pk, answers, by=parties.acting(owner), at=NOW)
    return world, owner


def exchange(owner, fields=("household",)):
    return datasets.exchange(
        "population",
        subject=owner,
        keys={"person": owner.number},
        fields=fields,
        purpose=Purpose("reception", "毕业生接收", uuid4()),
        actor=AGENCY,
        grantee=parties.HR,
        at=NOW,
    ).values


def show(owner):
    return licences.show(Licence.objects.get().pk, holder=owner, by=Actor("citizen", "7", "您本人"), at=NOW).face


def open_as_applicant(owner):
    return cases.open_as_applicant(owner.cases.get().pk, by=parties.acting(owner), at=NOW).readings


def open_as_officer(owner):
    return cases.open_as_officer(owner.cases.get().pk, by=OFFICER, at=NOW).readings


def object_as_applicant(owner):
    case = owner.cases.get()
    return cases.value_as_applicant(case.pk, "person.graduated_on", by=parties.acting(owner), at=NOW).value


def object_as_officer(owner):
    return cases.value_as_officer(owner.cases.get().pk, "person.graduated_on", by=OFFICER, at=NOW).value


def take(owner):
    """The whole table, of which nobody in particular is the subject."""
    del owner
    return datasets.take(
        "population",
        fields=["household"],
        purpose=Purpose("base-library", "建设基础库"),
        actor=AGENCY,
        grantee=parties.HR,
        at=NOW,
    ).path.read_bytes()


def open_part(owner):
    return cases.open_part(
        Case.objects.get(applicant=owner).pk, {"person.graduated_on"}, why="联审", by=OFFICER, at=NOW
    ).readings


VERBS = {
    "yimen.datasets.services.exchange.exchange": [exchange],
    "yimen.licences.services.show": [show],
    "yimen.cases.services.opening._open": [open_as_applicant, open_as_officer],
    "yimen.cases.services.opening.open_part": [open_part],
    "yimen.cases.services.objecting._value": [object_as_applicant, object_as_officer],
    "yimen.datasets.services.batch.take": [take],
}
"""Every function that gets at data and records it, with the verbs by which one comes to it."""
ALL = [verb for verbs in VERBS.values() for verb in verbs]


def reads():
    return Entry.objects.exclude(kind=Entry.Kind.ACT)


@one_walk
def test_each_verb_that_records_is_called_here(found):
    assert found.closed - RECORDERS == set(VERBS)


@pytest.mark.django_db
@pytest.mark.parametrize("verb", ALL)
def test_each_verb_leaves_one_row_that_says_whose(approved, verb):
    _, owner = approved
    before = reads().count()

    handed_on = verb(owner)

    assert handed_on
    assert reads().count() == before + 1
    assert reads().latest("pk").subject == (None if verb is take else owner.pk)


@pytest.mark.django_db
@pytest.mark.parametrize("verb", ALL)
def test_no_verb_hands_anything_on_when_the_ledger_takes_no_row(approved, verb):
    _, owner = approved
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE ledger_entry ADD CONSTRAINT full_up CHECK (id < 0) NOT VALID")

    with pytest.raises(DatabaseError):
        verb(owner)


@pytest.mark.django_db
@pytest.mark.parametrize("verb", ALL)
def test_no_verb_hands_anything_on_whose_row_could_still_be_rolled_back(approved, verb):
    _, owner = approved

    with pytest.raises(RuntimeError), transaction.atomic():
        verb(owner)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("verb", ALL)
def test_others_see_the_row_as_soon_as_the_value_is_handed_on(approved, verb):
    _, owner = approved
    before = reads().count()

    verb(owner)

    connection.close()  # what was not committed by now is lost
    assert reads().count() == before + 1


def halted(status):
    return lambda _: Grant.objects.filter(dataset_id="population").update(
        status=status, halted_at=NOW, halt_reason="核查"
    )


FAILURES = {
    "nobody answers": ("SILENT", lambda world: world.break_source("population", "silent")),
    "nobody understands the answer": ("INVALID", lambda world: world.break_source("population", "nonsense")),
    "the grant is over": ("REFUSED", lambda world: world.break_source("population", "no grant")),
    "there is no grant": ("REFUSED", lambda _: Grant.objects.filter(dataset_id="population").delete()),
    "the grant is suspended": ("REFUSED", halted(Grant.Status.SUSPENDED)),
    "the grant was revoked": ("REFUSED", halted(Grant.Status.REVOKED)),
    "the grant is used up": ("REFUSED", lambda _: Grant.objects.update(limit_per_day=0)),
}


@pytest.mark.django_db
@pytest.mark.parametrize(("result", "befall"), FAILURES.values(), ids=FAILURES)
def test_an_exchange_that_fails_leaves_its_row_as_well(approved, result, befall):
    world, owner = approved
    befall(world)
    before = reads().count()

    with pytest.raises(DomainError):
        exchange(owner)

    assert reads().count() == before + 1
    assert reads().latest("pk").result == result


@pytest.mark.django_db
def test_a_field_nobody_granted_is_refused_and_recorded(approved):
    world, owner = approved
    world.forget()
    before = reads().count()

    with pytest.raises(datasets.GrantMissing):
        exchange(owner, ["income"])

    assert world.asked == []
    assert reads().count() == before + 1


# --- every address of the site

SAID = ("430102", "芙蓉区", "2026-06-30", "2026年6月30日", "2026 年 6 月 30 日")
"""What the departments said of the owner, as a page or a program may be shown it."""
SHOWING = {
    "api/v1/licences/<uuidstr:licence_id>/document",
    "cases/<uuid:case_id>/",
    "cases/<uuid:case_id>/objections/<str:fact>/",
    "licences/<uuid:licence_id>.json",
    "licences/<uuid:licence_id>/",
    "workbench/cases/<uuid:case_id>/",
}
"""The addresses known to show some of it: the walk below is not blind."""


owned = strangers.owned


@pytest.mark.django_db
def test_every_address_that_shows_what_a_department_said_leaves_a_row(owned):
    _, owner, case, licence = owned
    citizen, officer = Client(), Client()
    citizen.force_login(parties.citizen(owner), backend=strangers.BACKEND)
    officer.force_login(parties.officer(parties.HR), backend=strangers.BACKEND)
    clients = [citizen, officer, strangers.program_of(parties.citizen(owner), "an-app")]
    showing, silent = set(), set()

    for path in set(strangers.ADDRESSES) - {"design/"}:  # whose people are made up
        for client in clients:
            before = reads().filter(subject=owner.pk).count()
            answer = client.get(strangers.filled(path, case, licence))
            body = b"".join(answer) if answer.streaming else answer.content
            if any(said in body.decode(errors="replace") for said in SAID):
                showing.add(path)
                if reads().filter(subject=owner.pk).count() == before:
                    silent.add(path)

    assert silent == set()
    assert showing >= SHOWING
