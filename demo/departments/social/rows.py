"""What social security holds of people and organisations."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from demo.departments.database import Database, Row
from demo.enterprises import Enterprise
from demo.enterprises.drawing import CATEGORIES
from demo.enterprises.model import Hire, Intern
from demo.life import Life
from demo.organisations import Fault, Organisation

DATABASE = Database("social", "sbxt", Path(__file__).parent)
BANKS = ("工商银行", "建设银行", "农业银行", "中国银行", "招商银行")


TRAINED = ("graduate_2y_unemployed", "youth_16_24_unemployed", "other")
TARGETS = (("2024", "5.50"), ("2025", "5.50"))
"""全国城镇调查失业率控制目标, by year, in per cent."""


def tables(
    lives: Mapping[str, Life],
    organisations: Sequence[Organisation],
    enterprises: Mapping[str, Enterprise],
    *,
    updated: str,
) -> Mapping[str, Iterator[Row]]:
    """Return the rows by table; `updated` is the department's own time stamp, YYYYMMDDhhmmss."""
    known = [(one, enterprises[one.credit_code]) for one in organisations if Fault.NOT_INSURED not in one.faults]
    return {
        "ac01 (aac002, cbzt_dm, gxsj)": ((number, life.insurance, updated) for number, life in lives.items()),
        "sbk (aac002, yhzh, khyh, gxsj)": (
            (number, life.account, BANKS[int(life.account[-1]) % len(BANKS)], updated)
            for number, life in lives.items()
            if life.account is not None
        ),
        "jyfw (aac002, djsyrq, sfjykn, sflqcyzz, gxsj)": (
            (
                number,
                f"{life.unemployed_on:%Y%m%d}" if life.unemployed_on else None,
                "1" if life.is_hardship else "0",
                "1" if life.has_grant else "0",
                updated,
            )
            for number, life in lives.items()
        ),
        "dwcb": (
            (one.credit_code, _said(one.has_insured_staff), *_insured(enterprise), updated) for one, enterprise in known
        ),
        "dwjy": ((one.credit_code, *_employing(enterprise), updated) for one, enterprise in known),
        "zyry": (
            (one.credit_code, str(place), *_hired(hire))
            for one, enterprise in known
            for place, hire in enumerate(enterprise.staff.hires, start=1)
        ),
        "jxry": (
            (one.credit_code, str(place), *_trained(intern))
            for one, enterprise in known
            for place, intern in enumerate(enterprise.staff.interns, start=1)
        ),
        "tkmb": iter(TARGETS),
    }


def _hired(one: Hire) -> tuple[str, ...]:
    return (
        str(CATEGORIES.index(one.category) + 1),
        one.hired_on.isoformat(),
        str(one.contract_months),
        str(one.insured_months),
        ",".join(one.insurances),
        _said(one.is_employed),
        _said(one.was_claimed),
    )


def _trained(one: Intern) -> tuple[str, ...]:
    return (
        str(TRAINED.index(one.category) + 1),
        str(one.months),
        str(one.allowance),
        _said(one.has_accident_insurance),
    )


def _insured(one: Enterprise) -> tuple[str | None, ...]:
    staff = one.staff
    return (
        str(staff.insured),
        str(staff.headcount),
        str(staff.months_paid),
        str(staff.unemployment_paid),
        None if staff.layoff_ratio is None else str(staff.layoff_ratio),
        None if staff.new_hire_ratio is None else str(staff.new_hire_ratio),
        _said(staff.operates_here),
    )


def _employing(one: Enterprise) -> tuple[str, ...]:
    staff = one.staff
    return _said(staff.is_internship_base), str(staff.jobs_created), str(staff.jobs_subsidy), str(staff.rent_years)


def _said(claim: bool) -> str:  # noqa: FBT001 - a claim, said in the department's digits
    return "1" if claim else "0"
