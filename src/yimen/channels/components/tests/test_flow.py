"""The picture of what is made from what."""

from yimen.channels.components.flow import Thing, flow

COLUMNS = [
    ("字段", [Thing("b", "乙"), Thing("a", "甲")]),
    ("空", []),
    ("数据项", [Thing("y", "y"), Thing("x", "出生日期" * 9, is_here=True)]),
    ("事项", [Thing("i", "高龄津贴")]),
]
EDGES = [("a", "x"), ("b", "y"), ("x", "i"), ("a", "i"), ("i", "b"), ("a", "nobody")]


def test_columns_stand_from_left_to_right_and_empty_ones_are_left_out():
    picture = flow(COLUMNS, EDGES)

    assert [head for head, _ in picture.heads] == ["字段", "数据项", "事项"]
    places = {box.thing.key: box.x for box in picture.boxes}
    assert places["a"] == places["b"] < places["x"] < places["i"]
    assert len({(box.x, box.y) for box in picture.boxes}) == 5


def test_boxes_stand_beside_what_they_come_from():
    rows = {box.thing.key: box.y for box in flow(COLUMNS, EDGES).boxes}

    assert rows["b"] < rows["a"]
    assert rows["y"] < rows["x"]


def test_a_line_that_a_longer_way_says_is_left_out_and_one_that_leads_back_is_marked():
    picture = flow(COLUMNS, EDGES)

    assert len(picture.curves) == 4
    assert [curve.is_back for curve in picture.curves].count(True) == 1


def test_a_long_title_is_cut_to_the_box_and_whole_in_the_list():
    picture = flow(COLUMNS, EDGES)
    box = next(box for box in picture.boxes if box.thing.key == "x")

    assert box.said.endswith("…")
    assert len(box.said) <= 12


def test_the_list_unfolds_everything_once_even_in_a_circle():
    def keys(branches):
        return [key for one in branches for key in (one.thing.key, *keys(one.below))]

    assert sorted(keys(flow(COLUMNS, EDGES).branches)) == ["a", "b", "i", "x", "y"]
    circle = flow([("甲", [Thing("a", "a")]), ("乙", [Thing("b", "b")])], [("a", "b"), ("b", "a")])
    assert sorted(keys(circle.branches)) == ["a", "a", "b"]


def test_what_two_things_lead_to_is_named_under_both_and_unfolded_once():
    columns = [("字段", [Thing("a", "a"), Thing("b", "b")]), ("事实", [Thing("x", "x")]), ("事项", [Thing("i", "i")])]

    branches = flow(columns, [("a", "x"), ("b", "x"), ("x", "i"), ("x", "x")]).branches

    assert [one.below[0].thing.key for one in branches] == ["x", "x"]
    assert [len(one.below[0].below) for one in branches] == [1, 0]


def test_nothing_to_draw_is_no_picture():
    assert flow([("字段", [])], []) is None
