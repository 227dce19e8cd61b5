"""What is made from what, over the edges each room adds."""

import pytest

from yimen.core import lineage
from yimen.core.lineage import Edge, Node


@pytest.fixture
def rooms(monkeypatch):
    monkeypatch.setattr(lineage, "_providers", {})

    @lineage.provider("lower")
    def lower():
        yield Edge(Node("column", "people.csrq"), Node("field", "population.birth_date", "出生日期"))

    @lineage.provider("upper")
    def upper():
        yield Edge(Node("field", "population.birth_date"), Node("fact", "person.birth_date", "出生日期"))
        yield Edge(Node("fact", "person.birth_date"), Node("item", "allowance", "高龄津贴"))
        yield Edge(Node("fact", "person.birth_date"), Node("item", "card", "优待证"))


def test_what_hangs_on_a_thing_is_found_nearest_first(rooms):
    below = lineage.graph().below("column", "people.csrq")

    assert [node.key for node in below] == ["population.birth_date", "person.birth_date", "allowance", "card"]
    assert below[0].title == "出生日期"


def test_what_a_thing_is_made_from_is_found_too(rooms):
    above = lineage.graph().above("item", "card")

    assert [node.key for node in above] == ["person.birth_date", "population.birth_date", "people.csrq"]


def test_a_thing_nobody_named_has_nothing_above_or_below(rooms):
    assert lineage.graph().below("fact", "nothing") == lineage.graph().above("fact", "nothing") == []


def test_a_circle_ends(rooms):
    @lineage.provider("odd")
    def odd():
        yield Edge(Node("item", "card"), Node("column", "people.csrq"))

    assert len(lineage.graph().below("item", "card")) == 4


def test_a_room_is_entered_once(rooms):
    with pytest.raises(ValueError, match="upper"):
        lineage.provider("upper")(list)
