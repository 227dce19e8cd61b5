"""The items of the content packs decide a whole table as they decide one applicant."""

from pathlib import Path

import ibis
import pyarrow as pa
import pytest

from yimen import dmn
from yimen.dmn import batch
from yimen.items.packs.check import given
from yimen.items.packs.read import read
from yimen.rules.logic import ELIGIBLE, Given, condition_ids, judge

CONTENT = Path(__file__).resolve().parents[5] / "content"
PACKS = {folder.name: read(folder) for folder in (CONTENT / "shenzhen", CONTENT / "nanshan")}
ITEMS = {
    f"{name}/{item.definition.slug}": (PACKS[name], item) for name in PACKS for item in PACKS[name].items if item.rule
}
COLUMNS = {"number": pa.decimal128(18, 2), "string": pa.string(), "boolean": pa.bool_(), "date": pa.date32()}


@pytest.fixture(scope="module")
def database():
    return ibis.duckdb.connect(threads=1)


@pytest.mark.parametrize("item", ITEMS)
def test_an_items_cases_come_out_in_a_batch_as_one_by_one(item, database):
    pack, item = ITEMS[item]
    model, types = item.rule.model, dmn.fact_types(item.rule.model)
    known = [given(case, pack.dictionary()).values for case in item.cases]
    columns = {name: pa.array([one.get(name) for one in known], COLUMNS[type_]) for name, type_ in types.items()}
    table = database.create_table(ibis.util.gen_name("cases"), pa.table(columns))

    made = batch.compile(model, ELIGIBLE, table)
    rows = database.con.sql(database.compile(made.table())).to_arrow_table().to_pylist()

    assert made.conditions == condition_ids(model)
    words = {True: "approve", False: "reject", None: "undetermined"}
    for case, row, facts in zip(item.cases, rows, known, strict=True):
        one = judge(model, Given(facts))
        assert words[row["value"]] == case.outcome == one.verdict.value, case.name
        assert row["failing"] == len(one.failing), case.name
        assert row["single_failing"] == (one.failing[0] if len(one.failing) == 1 else None), case.name
        assert set(made.missing_names(row["missing"])) == set(one.missing), case.name


@pytest.mark.parametrize("item", ITEMS)
def test_whatever_an_item_decides_compiles_amounts_routes_and_near_misses_too(item):
    model = ITEMS[item][1].rule.model
    types = {"number": "decimal(18, 2)"}
    table = ibis.table({name: types.get(type_, type_) for name, type_ in dmn.fact_types(model).items()}, name="people")

    for name in model.decisions:
        assert batch.compile(model, name, table).facts == dmn.facts_of(model, name)
