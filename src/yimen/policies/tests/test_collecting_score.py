"""Metadata of 146 real documents and 8 samples against truth made by hand; docs/performance.md has the whole board."""

from dataclasses import replace

import pytest

from yimen.policies.collecting import sameness
from yimen.policies.collecting.metadata import metadata_of
from yimen.policies.collecting.scoring import Board, Score
from yimen.policies.tests import corpus

FLOOR = 0.98
"""What no field may fall below, precision and recall both, on what the rules were made with."""


@pytest.mark.parametrize("name", corpus.SETS)
def test_every_field_of_every_real_document_reaches_the_floor(shared, name):
    board = corpus.score(shared, name)

    assert len(board.scores) >= 10
    below = {
        field: (one.precision, one.recall)
        for field, one in board.scores.items()
        if min(one.precision, one.recall) < FLOOR
    }
    assert below == {}, board.misses


def test_without_the_box_of_labels_the_text_alone_says_nearly_as_much(shared):
    board = corpus.score(shared, "state-council", without_labels=True)

    for field in ("title", "number", "agencies", "written_on", "kind", "level"):
        assert board.scores[field].precision >= FLOOR, board.misses
        assert board.scores[field].recall >= FLOOR, board.misses


def test_a_wrong_stored_date_never_beats_the_printed_one_and_is_told(shared):
    """What the crawler stored is a month late in all 43 pages (see the reference folder's README)."""
    truth = corpus.truth("state-council")
    for key, source in corpus.sources(shared, "state-council"):
        found = metadata_of(source)
        assert {str(found.released_on.value)} == truth[key]["released_on"]
        assert [other.where for other in found.released_on.others] == ["采集来源"]
        assert any(one.startswith("发布日期前后不一：页面标注") for one in found.warnings)


def test_a_topic_that_is_not_printed_is_guessed_right_five_times_in_six(shared):
    right = total = 0
    for _, source in corpus.sources(shared, "state-council"):
        printed = source.labels["topic"][0].partition("\\")[0]
        guessed = metadata_of(replace(source, labels={"title": source.labels["title"]})).topic
        total += 1
        right += guessed is not None and guessed.value == printed

    assert right / total >= 5 / 6


def test_all_documents_together_are_as_many_as_there_are(shared):
    """Three laws are in the set twice, as revised in different years; no two others are the same by any sign."""
    seen: dict[str, list[str]] = {}
    texts = {}
    for name in corpus.SETS[:2]:
        for key, source in corpus.sources(shared, name):
            seen.setdefault(sameness.title_key(metadata_of(source).title.value), []).append(key)
            texts[key] = source.text
    twice = [keys for keys in seen.values() if len(keys) > 1]

    assert sorted(len(keys) for keys in twice) == [2, 2, 2]
    hashes = {key: sameness.simhash(text) for key, text in texts.items()}
    one_title = {frozenset(keys) for keys in twice}
    near = {
        frozenset((one, other))
        for one in hashes
        for other in hashes
        if one < other and sameness.distance(hashes[one], hashes[other]) <= sameness.NEAR_BITS
    }
    assert {pair for pair in near if sameness.likeness(*(texts[key] for key in pair)) >= sameness.SAME} <= one_title


def test_precision_and_recall_are_counted_value_by_value():
    board = Board()
    board.add("a", truth={"agencies": frozenset({"甲", "乙"})}, found={"agencies": frozenset({"甲", "丙"})})
    board.add("b", truth={"agencies": frozenset()}, found={"agencies": frozenset()})

    assert board.scores["agencies"] == Score(right=1, wrong=1, missed=1)
    assert (board.scores["agencies"].precision, board.scores["agencies"].recall) == (0.5, 0.5)
    assert board.misses == [("a", "agencies", "乙", "丙")]
    assert Score().precision == Score().recall == 1.0
