"""What development and reform holds of projects."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from demo.departments.database import Database, Row
from demo.organisations import Project

DATABASE = Database("reform", "tzxt", Path(__file__).parent)


def tables(projects: Sequence[Project], *, updated: str) -> Mapping[str, Iterator[Row]]:
    """Return the rows by table; `updated` is the department's own time stamp, YYYYMMDDhhmmss."""
    return {
        "xm": (
            (
                one.code,
                one.owner,
                one.name,
                one.content,
                str(one.investment),
                one.division,
                _said(one.is_fixed_asset),
                _said(one.in_approval_catalogue),
                one.catalogue,
                _said(one.on_negative_list),
                _said(one.is_secret),
                updated,
            )
            for one in projects
        ),
        "yd": ((one.code, str(one.investment // 4 + 100), "工业用地", updated) for one in projects),
    }


def _said(claim: bool) -> str:  # noqa: FBT001 - a claim, said in the department's digits
    return "1" if claim else "0"
