"""What is certain of the firms with a part; everything else of theirs is drawn as for anybody.

澄海微电子 (founder)  a specialised SME that can have several measures at once; for 小巨人 it lacks one Ⅰ类知识产权,
                      three of four; two facts, of the models it buys, nobody knows but the firm itself
拾光软件 (starter)    too young for most: no full year, no title
禾木软件 (granted)    a start-up with four people hired and a lease: both start-up subsidies
启微传感 (awarded)    was named 专精特新 last month; its reward is due and needs no application
远禾生物 (closed)     its reward is due too, but the account that finance knows was closed
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from demo.enterprises.drawing import INSURANCES
from demo.enterprises.model import Accounts, Declared, Enterprise, Hire, Loan, Projects, Staff, Standing, Title
from demo.organisations import AWARDED_COMPANY, CLOSED_COMPANY, COMPANY, GROWN_COMPANY, YOUNG_COMPANY

ACCOUNT, AWARDED_ACCOUNT = "6225000000000000018", "6225000000000000026"
CLOSED_ACCOUNT = "6225000000000000034"
"""The account of 远禾生物: known to finance from an earlier payment, closed by its bank since."""


def _founders(one: Enterprise, today: date) -> Enterprise:
    """Everything of 小巨人 holds but the number of Ⅰ类知识产权; its trade it took over from a predecessor of 2021."""
    return replace(
        one,
        type="1",
        size="small",
        equity=0,
        missing=frozenset(),
        titles=_titles(today, innovative_sme=700, srdi=400, high_tech=300, tech_sme=150),
        accounts=Accounts(
            employees=86, revenue=68_400_000, revenue_before=61_200_000, revenue_first=52_500_000,
            main_ratio=Decimal("93.50"), assets=46_200_000, debt_ratio=Decimal("41.20"), taxable=2_460_000,
            is_audited=True, hightech_ratio=Decimal("82.00"), robot_sales=0,
        ),
        research=replace(
            one.research,
            last=7_200_000, before=5_400_000, first=4_600_000, domestic_ratio=Decimal("100.00"), deductible=6_900_000,
            staff_ratio=Decimal("34.90"), has_core_ip=True, class_one_ip=3, systems=("ISO9001", "ISO14001"),
            field="electronics", has_award=False, innovation_score=Decimal("78.50"), tech_score=Decimal("81.00"),
            tech_staff_score=Decimal("16.00"),
        ),
        declared=Declared(
            segment_years=Decimal("5.3"), is_new_product=False, score=Decimal("71.40"), is_leading=True,
            in_key_chain=True, market_share=Decimal("12.60"), domestic_rank=4, global_rank=None,
        ),
        # What it paid for models, and whether that project is finished, only the firm itself can say.
        projects=Projects("none", None, is_model_registered=True),
        staff=Staff(
            insured=84, headcount=86, months_paid=26, unemployment_paid=72_576, layoff_ratio=Decimal("2.30"),
            new_hire_ratio=Decimal("12.80"), jobs_subsidy=4_000, rent_years=1,
            hires=(*_hires(today, 3, 8), Hire("graduate_year", _before(today, 120), 36, 3, INSURANCES)),
        ),
        standing=Standing(was_rewarded=True, has_pollution_permit=True, account=ACCOUNT, has_lease=True, rent=960_000,
                          loan=Loan(2_000_000, 24, has_other_loan=False, is_key_group=False, times=0)),
    )  # fmt: skip


def _starters(one: Enterprise, today: date) -> Enterprise:
    del today
    young = replace(one.accounts, employees=3, revenue=180_000, revenue_before=None, revenue_first=None)
    return replace(
        one,
        accounts=young,
        titles=(),
        declared=None,
        missing=frozenset(),
        staff=Staff(
            insured=2, headcount=3, months_paid=5, unemployment_paid=0, layoff_ratio=None, new_hire_ratio=None,
        ),
        standing=Standing(has_lease=False, rent=0),
    )  # fmt: skip


def _growns(one: Enterprise, today: date) -> Enterprise:
    young = replace(one.accounts, employees=6, revenue=1_260_000, revenue_before=None, revenue_first=None)
    return replace(
        one,
        accounts=young,
        titles=(),
        declared=None,
        missing=frozenset(),
        staff=Staff(
            insured=5, headcount=6, months_paid=7, unemployment_paid=0, layoff_ratio=None,
            new_hire_ratio=Decimal("66.67"), hires=_hires(today, 4, 7),
        ),
        standing=Standing(account="6225000000000000042", has_lease=True, rent=54_000),
    )  # fmt: skip


def _awardeds(one: Enterprise, today: date) -> Enterprise:
    return _specialised(one, today, account=AWARDED_ACCOUNT)


def _closeds(one: Enterprise, today: date) -> Enterprise:
    return _specialised(one, today, account=CLOSED_ACCOUNT)


def _specialised(one: Enterprise, today: date, *, account: str) -> Enterprise:
    """Return a firm named 专精特新 last month: its reward is due, and nothing on record stands against it."""
    return replace(
        one,
        type="1",
        missing=frozenset(),
        titles=_titles(today, innovative_sme=600, srdi=30),
        research=replace(one.research, class_one_ip=2, has_core_ip=True),
        staff=replace(one.staff, operates_here=True),
        standing=Standing(account=account, has_lease=True, rent=240_000, has_pollution_permit=True),
    )


def _hires(today: date, count: int, months: int) -> tuple[Hire, ...]:
    """Return so many graduates with a contract of two years, all hired so many months ago and insured since."""
    hired_on = _before(today, months * 31)
    return tuple(
        Hire("graduate_2y_unemployed", hired_on, contract_months=24, insured_months=months, insurances=INSURANCES)
        for _ in range(count)
    )


def _before(today: date, days: int) -> date:
    return today - timedelta(days=days)


def _titles(today: date, **days: int) -> tuple[Title, ...]:
    return tuple(Title(code, today - timedelta(days=ago)) for code, ago in days.items())


PARTS: Mapping[str, Callable[[Enterprise, date], Enterprise]] = {
    COMPANY: _founders,
    YOUNG_COMPANY: _starters,
    GROWN_COMPANY: _growns,
    AWARDED_COMPANY: _awardeds,
    CLOSED_COMPANY: _closeds,
}
"""By credit code what turns the drawn firm into the one its part needs."""


def played(code: str, one: Enterprise, *, today: date) -> Enterprise:
    """Return the firm of this credit code as its part has it; as it is where it has none."""
    part = PARTS.get(code)
    return one if part is None else part(one, today)
