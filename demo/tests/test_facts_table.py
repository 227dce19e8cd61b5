"""The table everybody is matched on, over the departments' real systems: each row says what the resolver would say."""

from collections.abc import Iterator

import pyarrow.parquet as pq
import pytest

from demo import city, site
from demo.departments.credit import FILE
from demo.organisations import AWARDED_COMPANY, CLOSED_COMPANY, COMPANY, GROWN_COMPANY, Fault
from demo.tests.conftest import NOW, TODAY, connections
from yimen.datasets.logic import POLICY_MATCHING
from yimen.datasets.models import Grant
from yimen.datasets.sources import drops as file_drops
from yimen.datasets.sources import sql
from yimen.facts import services as facts
from yimen.facts.resolver import Subjects
from yimen.lake import store
from yimen.ledger.models import Entry
from yimen.parties import queries as parties_queries
from yimen.parties import services as parties_services
from yimen.parties.logic import Actor
from yimen.policies.matching import facts_table
from yimen.policies.packs import load, read
from yimen.policies.packs.model import PolicyPack
from yimen.rules.logic import DAY, Given, Judgement, Verdict, judge

BUREAU = "11440300MB2X015258"
ENGINE = Actor("system", "policies.match", "政策匹配", BUREAU)
FIRMS = 200
EACH = 12
"""How many facts of each firm are asked of the resolver; over all firms every fact is asked often."""
pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Iterator[city.City]:
    with city.start(tmp_path_factory.mktemp("large"), today=TODAY, count=6 * FIRMS) as running:
        yield running
        sql.hang_up()
        file_drops.forget()


@pytest.fixture(scope="module")
def pack() -> PolicyPack:
    return read.read(site.PACK)


@pytest.fixture
def town(large, pack, settings, tmp_path, db) -> city.City:
    """The platform over the departments, every firm known to it."""
    settings.YIMEN_SOURCES = connections(large.environment)
    settings.YIMEN_LAKE = str(tmp_path / "lake")
    load.load(pack, at=NOW)
    parties_services.register_people([(one.id_number, one.name) for one in large.people])
    firms = [(one.credit_code, one.name, one.representative.id_number) for one in large.organisations]
    parties_services.register_organisations(firms, starts_on=TODAY, at=NOW)
    return large


def rows_of(table: store.Snapshot) -> dict[str, dict[str, object]]:
    return {row[facts_table.CODE]: row for row in pq.read_table(table.path).to_pylist()}


def resolved(code: str, names: list[str]) -> dict[str, object]:
    """What the resolver says of these facts of a firm, None where it is not known."""
    firm = parties_queries.organisation(code)
    assert firm is not None
    resolver = facts.resolve(
        Subjects(applicant=firm, organisation=firm),
        facts_table.PURPOSE,
        names=names,
        answers={},
        actor=ENGINE,
        grantee=BUREAU,
        at=NOW,
    )
    for name in names:
        resolver.get(name)
    return {name: resolver.readings[name].value if resolver.readings[name].is_known else None for name in names}


def differing(town, *, each: int) -> list[tuple[str, str]]:
    """Ask the resolver so many facts of each firm, other ones of the next; return where the table says otherwise."""
    refreshed = facts_table.refresh(by=ENGINE, at=NOW)
    rows = rows_of(refreshed.table)
    names = [one.name for one in facts_table.columns_of_facts()]
    assert set(refreshed.taken.values()) == {""}
    assert len(rows) == len(town.organisations) >= FIRMS
    found = []
    for place, one in enumerate(town.organisations):
        some = list(dict.fromkeys(names[(place * each + step) % len(names)] for step in range(each)))
        said = resolved(one.credit_code, some)
        found += [(one.credit_code, name) for name in some if rows[one.credit_code][name] != said[name]]
    return found


def test_a_row_says_of_each_firm_what_the_resolver_says(town):
    assert differing(town, each=EACH) == []


@pytest.mark.slow
def test_a_row_says_of_each_firm_what_the_resolver_says_of_every_fact(town):
    assert differing(town, each=1000) == []


def test_every_fact_that_a_department_gives_in_bulk_is_known_of_somebody(town):
    rows = list(rows_of(facts_table.refresh(by=ENGINE, at=NOW).table).values())

    granted = {
        (grant.dataset_id, name) for grant in Grant.objects.filter(item=POLICY_MATCHING) for name in grant.fields
    }
    for one in facts_table.columns_of_facts():
        is_granted = any((source.dataset, source.field) in granted for source in one.sources)
        assert any(row[one.name] is not None for row in rows) is is_granted, one.name


def test_what_cannot_be_believed_and_what_contradicts_itself_are_unknown(town):
    rows = rows_of(facts_table.refresh(by=ENGINE, at=NOW).table)

    for one in town.organisations:
        row, truth = rows[one.credit_code], town.enterprises[one.credit_code]
        if Fault.NOT_REGISTERED in one.faults or Fault.NO_SUCH_STATUS in one.faults:
            assert row["org.status"] is None
        if "tax" in truth.missing:
            assert row["org.revenue"] is None
        elif Fault.NOT_INSURED not in one.faults and truth.accounts.operates_here != truth.staff.operates_here:
            assert row["org.operating_in_sz"] is None  # tax says one thing, social security the other
        # Who is not on the roster of the credit platform is none of what it collects.
        assert row["org.serious_dishonesty"] is truth.standing.is_dishonest
        if "industry" not in truth.missing:
            assert set(row["org.titles"]) == {title.code for title in truth.titles}


def test_each_dataset_leaves_one_row_in_the_ledger_for_everybody(town):
    before = Entry.objects.count()

    refreshed = facts_table.refresh(by=ENGINE, at=NOW)

    rows = Entry.objects.order_by("pk")[before:]
    assert {row.dataset for row in rows} == set(refreshed.taken)
    assert {row.item for row in rows} == {POLICY_MATCHING}
    assert set(refreshed.table.notes["entries"].values()) == {row.pk for row in rows}


def test_a_department_that_is_silent_keeps_its_last_word_and_no_other_from_speaking(town):
    facts_table.refresh(by=ENGINE, at=NOW)
    roster = town.drops.parent / "credit" / f"{FILE}.sha256"
    digest = roster.read_text()
    roster.write_text("0" * 64)
    try:
        refreshed = facts_table.refresh(by=ENGINE, at=NOW)
    finally:
        roster.write_text(digest)

    assert refreshed.taken["org-credit"].startswith("数据提供部门的系统暂未响应")
    assert [name for name, trouble in refreshed.taken.items() if trouble] == ["org-credit"]
    assert rows_of(refreshed.table)[COMPANY]["org.serious_dishonesty"] is False


def test_without_a_grant_nothing_is_taken_and_the_facts_are_unknown(town):
    Grant.objects.filter(dataset_id="org-tax", item=POLICY_MATCHING).delete()

    refreshed = facts_table.refresh(by=ENGINE, at=NOW)

    assert refreshed.taken["org-tax"].startswith("没有找到这项批量共享授权")
    row = rows_of(refreshed.table)[COMPANY]
    assert row["org.revenue"] is None
    assert row["org.operating_in_sz"] is None  # social security alone may not say it: tax was not heard
    assert row["org.titles"] == ["innovative_sme", "srdi", "high_tech", "tech_sme"]


def test_the_table_is_whole_or_not_there(town, monkeypatch):
    first = facts_table.refresh(by=ENGINE, at=NOW).table

    def broken(*_args, **_more):
        raise RuntimeError("the power went")

    monkeypatch.setattr(store.Draft, "close", broken)
    with pytest.raises(RuntimeError):
        facts_table.build(at=NOW)

    assert facts_table.newest().id == first.id


def judged(pack: PolicyPack, row: dict[str, object], measure: str) -> Judgement:
    """How a measure's rules see a firm whose facts are those of its row."""
    (rule,) = [one.rule for one in pack.pack.items if one.definition.slug == measure]
    assert rule is not None
    assert rule.model is not None
    known = {name: value for name, value in row.items() if name.startswith("org.") and value is not None}
    return judge(rule.model, Given({DAY: TODAY, **known}))


def test_the_firms_with_a_part_are_what_their_parts_say(town, pack):
    rows = rows_of(facts_table.refresh(by=ENGINE, at=NOW).table)
    founder, granted = rows[COMPANY], rows[GROWN_COMPANY]

    little_giant = judged(pack, founder, "little-giant-recognition/m1")
    assert (little_giant.failing, little_giant.is_near_miss) == (("c7",), True)
    assert set(judged(pack, founder, "ai-pioneer-city/m1").missing) == {
        "org.model_service_spend",
        "org.model_project_completed",
    }
    for measure in (
        "high-tech-enterprise-recognition/m2",
        "job-stabilisation-2026/m1",
        "rd-super-deduction/m1",
        "small-profit-enterprise-tax/m1",
        "startup-employment-package/m1",
        "startup-employment-package/m2",
    ):
        assert judged(pack, founder, measure).verdict is Verdict.APPROVE, measure
    assert judged(pack, founder, "sz-srdi-reward/m1").failing == ("c3",)  # had it already
    for code in (AWARDED_COMPANY, CLOSED_COMPANY):
        assert judged(pack, rows[code], "sz-srdi-reward/m1").verdict is Verdict.APPROVE
    jobs = judged(pack, granted, "startup-employment-package/m1")
    assert (jobs.verdict, jobs.amount) == (Verdict.APPROVE, 9000)  # three at 2000 yuan, the fourth at 3000
