"""All measures of the city's content: everybody at once is decided as one by one."""

import random
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pytest

from yimen import dmn
from yimen.dmn.cells import constant_value
from yimen.dmn.feel import ast
from yimen.dmn.feel.types import Basic, ContextType, ListType, Restricted
from yimen.dmn.walk import walk
from yimen.policies import matching
from yimen.policies.matching.tests.beside import TODAY, assert_as_judged
from yimen.rules.logic import DAY

POLICIES = Path(__file__).resolve().parents[5] / "content" / "shenzhen" / "policies"
NUMBERS = {"Decimal": pa.decimal128(18, 4), "float": pa.float64(), "int": pa.int64()}


@pytest.fixture(scope="module")
def measures():
    folders = sorted(path.parent for path in POLICIES.glob("*/*/rules.dmn"))
    assert len(folders) >= 26
    return {f"{one.parent.name}/{one.name}": dmn.load(one / "rules.dmn") for one in folders}


def limits(models):
    """Every constant the rules compare with, by its class: the values near which they turn."""
    found = {Decimal: {Decimal(0)}, str: {"other"}, date: {TODAY}}
    for model in models.values():
        for decision in model.decisions.values():
            for node, scope in walk(decision.tree, decision.scope):
                if isinstance(node, ast.Literal) and type(node.value) in found:
                    found[type(node.value)].add(node.value)
                elif isinstance(node, ast.Call) and (value := constant_value(node, scope)) and type(value[0]) in found:
                    found[type(value[0])].add(value[0])
    found[date] |= {TODAY - timedelta(days=days) for days in (364, 365, 366, 3 * 365, 3 * 365 + 1, 1095, 1097, 5 * 365)}
    return {kind: sorted(values) for kind, values in found.items()}


class Drawn:
    """Enterprises drawn at random, near the limits of the rules."""

    def __init__(self, models, seed):
        self.random, self.near = random.Random(seed), limits(models)
        self.types = {}
        for model in models.values():
            for fact in frozenset().union(*(one.facts for one in model.decisions.values())) - {DAY}:
                self.types.setdefault(fact, model.types[fact])

    def table(self, rows):
        return pa.table({name: self.column(type_, rows) for name, type_ in sorted(self.types.items())})

    def column(self, type_, rows):
        base = type_.base if isinstance(type_, Restricted) else type_
        arrow = self.arrow(base)
        values = [None if self.random.random() < 0.2 else self.value(base, arrow) for _ in range(rows)]
        return pa.array(values, arrow)

    def arrow(self, type_):
        match type_:
            case Basic("number"):
                return self.random.choice(list(NUMBERS.values()))
            case Basic("date"):
                return pa.date32()
            case Basic("boolean"):
                return pa.bool_()
            case ListType(item):
                return pa.list_(self.arrow(item.base if isinstance(item, Restricted) else item))
            case ContextType(entries):
                return pa.struct([(name, self.arrow(getattr(of, "base", of))) for name, of in entries])
            case _:
                return pa.string()

    def value(self, type_, arrow):
        draw = self.random
        match type_:
            case Basic("number"):
                near = draw.choice(self.near[Decimal])
                if pa.types.is_integer(arrow):
                    return int(near) + draw.choice([-1, 0, 0, 1])
                if pa.types.is_floating(arrow):
                    return float(near) * draw.choice([0.999999, 1, 1, 1.000001])
                return (near + draw.choice([Decimal("-0.01"), Decimal(0), Decimal("0.01")])).quantize(Decimal("0.0001"))
            case Basic("date"):
                return draw.choice(self.near[date]) + timedelta(days=draw.choice([-1, 0, 0, 1]))
            case Basic("boolean"):
                return draw.random() < 0.5
            case ListType(item):
                inner = item.base if isinstance(item, Restricted) else item
                return [self.value(inner, arrow.value_type) for _ in range(draw.choice([0, 1, 1, 2, 4]))]
            case ContextType(entries):
                fields = {name: getattr(of, "base", of) for name, of in entries}
                return {name: self.value(of, arrow.field(name).type) for name, of in fields.items()}
            case _:
                text = draw.choice(self.near[str])
                return text + "05" if text.isdigit() else text


def test_enterprises_are_decided_at_once_as_one_by_one(measures):
    assert assert_as_judged(measures, Drawn(measures, 1).table(60)) == 60 * len(measures)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(5))
def test_ten_thousand_enterprises_are_decided_at_once_as_one_by_one(measures, seed):
    assert assert_as_judged(measures, Drawn(measures, 10 + seed).table(2_000)) == 2_000 * len(measures)


def test_rules_over_exact_columns_need_the_engine_row_by_row_for_lists_of_people_alone(measures):
    table = Drawn(measures, 2).table(100)
    exact = pa.table(
        {
            name: column.cast(pa.decimal128(18, 4)) if pa.types.is_floating(column.type) else column
            for name, column in zip(table.column_names, table.columns, strict=True)
        }
    )

    fallbacks = matching.match(matching.plan(measures), exact, on=TODAY).fallbacks

    row_by_row = {fact.partition(".")[0] for one in fallbacks if one.by != "DuckDB" for fact in one.facts}
    assert row_by_row <= {"hire", "intern"}, fallbacks
