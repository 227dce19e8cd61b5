"""How well policies are taken apart: the parser's proposals against what was read by hand, field by field.

The reference texts are looked for in YIMEN_SHARED (default ../shared); the texts in other wordings are in the tests.
"""

import os
from pathlib import Path

from ruamel.yaml import YAML

from yimen.policies.decomposing import scoring
from yimen.policies.decomposing.parse import decompose

ROOT = Path(__file__).resolve().parents[2]
TRUTH = ROOT / "src/yimen/policies/tests/truth"


def scores(truth: Path, texts: Path) -> list[scoring.Score]:
    """Return the scores over the texts of one folder, each with its truth of the same name."""
    pairs = []
    for path in sorted(truth.glob("*.yaml")):
        read_by_hand = YAML(typ="safe").load(path.read_text(encoding="utf-8"))
        found = decompose((texts / f"{path.stem}.txt").read_text(encoding="utf-8"))
        pairs.append((found, read_by_hand["measures"]))
    return scoring.score(pairs)


def main() -> None:
    """Print a table for each set of texts."""
    shared = Path(os.environ.get("YIMEN_SHARED", ROOT.parent / "shared"))
    texts = shared / "reference" / "policy-texts"
    if texts.is_dir():
        print(f"The reference texts\n\n{scoring.as_table(scores(TRUTH / 'decomposition', texts))}\n")
    for folder, title in (("wordings", "Texts in other wordings"), ("unseen", "Texts nothing was tuned for")):
        print(f"{title}\n\n{scoring.as_table(scores(TRUTH / folder, TRUTH / folder))}\n")


if __name__ == "__main__":
    main()
