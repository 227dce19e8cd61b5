"""What industry, the SME service and science hold of the city's firms."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from demo.departments.database import Database, Row
from demo.enterprises import Enterprise

DATABASE = Database("industry", "qypy", Path(__file__).parent)
TITLES = {
    "innovative_sme": "CXX",
    "srdi": "ZJTX",
    "little_giant": "XJR",
    "single_champion": "DXGJ",
    "high_tech": "GXJS",
    "tech_sme": "KJX",
    "green_factory_city": "LSGC",
}
SIZES = {"large": "1", "medium": "2", "small": "3", "micro": "4"}
GRADES = {"none": "0", "demonstration": "1", "benchmark": "2"}
FIELDS = {
    "none": "0",
    "electronics": "1",
    "bio_medicine": "2",
    "aerospace": "3",
    "new_materials": "4",
    "high_tech_services": "5",
    "new_energy": "6",
    "resources_environment": "7",
    "advanced_manufacturing": "8",
}


def tables(enterprises: Mapping[str, Enterprise], *, updated: str) -> Mapping[str, Iterator[Row]]:
    """Return the rows by table; `updated` is the department's own time stamp, YYYYMMDDhhmmss."""
    known = {code: one for code, one in enterprises.items() if "industry" not in one.missing}
    return {
        "qy": ((code, *_firm(one), updated) for code, one in known.items()),
        "ch": (
            (code, TITLES[title.code], f"{title.granted_on:%Y%m%d}" if title.granted_on else None)
            for code, one in known.items()
            for title in one.titles
        ),
        "sb": ((code, *_declared(one)) for code, one in known.items() if one.declared is not None),
        "kj": ((code, *_science(one), updated) for code, one in known.items()),
    }


def _firm(one: Enterprise) -> tuple[str | None, ...]:
    projects = one.projects
    return (
        None if one.size is None else SIZES[one.size],
        _said(one.standing.is_restricted),
        _said(one.standing.is_energy_pending),
        GRADES[projects.grade],
        _text(projects.investment),
        _said(projects.is_model_registered),
    )


def _declared(one: Enterprise) -> tuple[str | None, ...]:
    said = one.declared
    assert said is not None
    return (
        str(said.segment_years),
        _said(said.is_new_product),
        _text(said.score),
        _said(said.is_leading),
        _said(said.in_key_chain),
        _text(said.market_share),
        _text(said.domestic_rank),
        _text(said.global_rank),
    )


def _science(one: Enterprise) -> tuple[str | None, ...]:
    known = one.research
    return (
        None if known.field is None else FIELDS[known.field],
        _text(known.innovation_score),
        _text(known.tech_score),
        _text(known.tech_staff_score),
        _text(known.staff_ratio),
        _said(known.has_award),
    )


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _said(claim: bool | None) -> str | None:  # noqa: FBT001 - a claim, said in the department's digits
    return None if claim is None else "1" if claim else "0"
