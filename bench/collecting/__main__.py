"""Score the metadata found in the reference folder's real documents against truth made by hand, field by field."""

import argparse
import os
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from yimen.policies.collecting.scoring import Board
from yimen.policies.tests import corpus

WORDS = {
    "state-council": "43 pages of the State Council's site",
    "regulations": "103 laws and rules",
    "policy-texts": "8 samples of Shenzhen",
}


def main() -> int:
    """Print a board a set, and with `--misses` every value that is wrong or missing."""
    parser = argparse.ArgumentParser(prog="python -m bench.collecting", description=__doc__)
    parser.add_argument("--misses", action="store_true", help="every value that is wrong or was not found")
    arguments = parser.parse_args()
    shared = Path(os.environ.get("YIMEN_SHARED", "../shared"))
    if not shared.is_dir():
        print(f"the reference folder is not there: {shared} (set YIMEN_SHARED)")
        return 1
    for name in corpus.SETS:
        _print(WORDS[name], partial(corpus.score, shared, name), misses=arguments.misses)
    _print(
        "the same 43 pages, their boxes of labels hidden",
        partial(corpus.score, shared, "state-council", without_labels=True),
        misses=arguments.misses,
    )
    return 0


def _print(title: str, scored: Callable[[], Board], *, misses: bool) -> None:
    began = time.process_time()
    board = scored()
    spent = time.process_time() - began
    print(f"\n{title}; {spent:.1f} s of processor\n")
    print("| field | right | wrong | missed | precision | recall |\n|---|--:|--:|--:|--:|--:|")
    for field, one in board.scores.items():
        if one.right + one.wrong + one.missed:
            print(f"| {field} | {one.right} | {one.wrong} | {one.missed} | {one.precision:.3f} | {one.recall:.3f} |")
    for document, field, missing, extra in board.misses if misses else ():
        print(f"- {document} {field}: missing “{missing}”, found “{extra}”")


if __name__ == "__main__":
    raise SystemExit(main())
