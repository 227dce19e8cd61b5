"""Who could, knew, applied, got; and what a change would do before anybody is told of it."""

from datetime import date, datetime
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.utils import timezone

from yimen import dmn
from yimen.lake import store
from yimen.policies.evaluating.coverage import reckon
from yimen.policies.evaluating.dimensions import NoSuchDimension, dimension
from yimen.policies.evaluating.simulating import simulate
from yimen.policies.tests.factories import RULES, measure, policy

ON = date(2026, 11, 25)
AT = timezone.make_aware(datetime(2026, 11, 25, 10))
FIRMS = [
    ("a", "active", False, "440305", "C39", date(2026, 6, 1)),
    ("b", "active", True, "440305", "I65", date(2020, 6, 1)),
    ("c", "active", None, "440304", "C27", date(2001, 6, 1)),
    ("d", "revoked", False, None, None, None),
]


@pytest.fixture(autouse=True)
def _lake(settings, tmp_path):
    settings.YIMEN_LAKE = str(tmp_path / "lake")


def stored(name, table):
    with store.draft(name, at=AT) as draft:
        pq.write_table(table, draft.path)
        draft.close({})
        return draft.publish({})


def firms():
    names = (
        "subject",
        "org.status",
        "org.abnormal_list",
        "org.registered_division",
        "org.industry_code",
        "org.registered_on",
    )
    columns = dict(zip(names, zip(*FIRMS, strict=True), strict=True))
    return stored("policy-facts", pa.table({name: pa.array(list(values)) for name, values in columns.items()}))


def pairs(*rows):
    return stored(
        "policy-matches", pa.table({"subject": [one for one, _ in rows], "measure": [two for _, two in rows]})
    )


def covered(by=None, **given):
    known = {"knew": [("b", "p/m1")], "applied": [("a", "p/m1")], "got": [("a", "p/m1", 3)], **given}
    could = pairs(("a", "p/m1"), ("b", "p/m1"), ("c", "p/m1"))
    return reckon(firms(), could, by=dimension(by, on=ON) if by else None, **known)


def test_whoever_applied_knew_and_each_is_counted_once():
    (line,) = covered(knew=[("b", "p/m1"), ("b", "p/m1")])

    assert (line.label, line.could, line.knew, line.applied, line.got, line.median_days) == ("全部", 3, 2, 1, 1, 3)
    assert line.take_up == pytest.approx(1 / 3)


@pytest.mark.parametrize(
    ("by", "parts"),
    [
        ("district", {"南山区": 2, "福田区": 1}),
        ("industry", {"制造业": 2, "信息传输软件和信息技术": 1}),
        ("age", {"不满1年": 1, "3至10年": 1, "10年以上": 1}),
        ("size", {"未知": 3}),
    ],
)
def test_the_city_is_broken_down_by_what_departments_know(by, parts):
    assert {line.label: line.could for line in covered(by)} == parts


def test_whoever_got_it_counts_as_one_who_could_even_if_no_longer_matched():
    (line,) = covered(got=[("d", "p/m1", 9)], applied=[])

    assert (line.could, line.got) == (4, 1)


def test_another_way_to_break_it_down_is_refused_with_those_there_are():
    with pytest.raises(NoSuchDimension, match="district"):
        dimension("colour", on=ON)


MODEL = dmn.load(RULES.encode())


def test_a_change_tells_who_gains_who_loses_and_what_it_costs():
    wider = dmn.load(
        RULES.replace("org.abnormal_list = false", "org.abnormal_list in (true, false)")
        .replace("200000", "50000")
        .encode()
    )

    (effect,) = simulate({"m1": MODEL}, policy(), {"m1": wider}, firms(), by=dimension("district", on=ON), on=ON)

    assert (effect.now, effect.then, effect.gain, effect.lose, effect.open_then) == (1, 2, 1, 0, 1)
    assert (effect.cost_now, effect.cost_then) == (Decimal(200_000), Decimal(100_000))
    assert effect.gains == (("南山区", 1),)


def test_a_new_measure_starts_from_nobody_and_a_dropped_one_ends_with_nobody():
    changed = policy(measures=(measure(id="m2", name="新奖励"),))

    dropped, new = simulate({"m1": MODEL}, changed, {"m2": MODEL}, firms(), by=dimension("district", on=ON), on=ON)

    assert (dropped.measure, dropped.now, dropped.then, dropped.lose) == ("m1", 1, 0, 1)
    assert (new.measure, new.now, new.then, new.title) == ("m2", 0, 1, "新奖励")


def test_whose_amount_is_open_is_counted_apart_and_costs_nothing_yet():
    open_amount = RULES.replace(
        "<literalExpression><text>200000</text>",
        '<informationRequirement><requiredInput href="#org"/></informationRequirement><literalExpression><text>if org.abnormal_list then 1 else 2</text>',
    ).replace("c1 and c2", "c1")
    changed = dmn.load(open_amount.encode())

    (effect,) = simulate({}, policy(), {"m1": changed}, firms(), by=dimension("district", on=ON), on=ON)

    assert (effect.then, effect.unreckoned, effect.cost_then) == (3, 1, Decimal(3))
