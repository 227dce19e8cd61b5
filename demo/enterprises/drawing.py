"""An enterprise drawn by lot: sizes log-normal, some figures just at a limit, some departments without a record."""

import math
import random
from datetime import date, timedelta
from decimal import Decimal

from demo.enterprises.model import (
    Accounts,
    Declared,
    Enterprise,
    Hire,
    Intern,
    Loan,
    Projects,
    Research,
    Staff,
    Standing,
    Title,
)
from demo.enterprises.sizes import size_of
from demo.organisations import Organisation, Status

# Of each industry the median headcount, and the median revenue a head in yuan.
MEDIANS = {
    "C39": (60, 900_000), "C27": (50, 1_000_000), "I65": (30, 550_000), "M73": (18, 450_000), "H62": (25, 220_000),
    "F51": (9, 2_400_000), "G59": (30, 500_000), "E47": (55, 800_000), "R88": (10, 350_000), "L72": (25, 300_000),
}  # fmt: skip
TECHNICAL = frozenset({"C39", "C27", "I65", "M73"})
FIELDS = {"C39": "electronics", "C27": "bio_medicine", "I65": "electronics", "M73": "high_tech_services"}
SYSTEMS = ("ISO9001", "ISO14001", "ISO50001", "ISO45001")
MISSING_PER_THOUSAND = {
    "tax": 12,
    "industry": 10,
    "social": 0,
    "finance": 15,
    "housing": 0,
    "intellectual_property": 10,
}
CATEGORIES = (
    "graduate_year",
    "graduate_2y_unemployed",
    "youth_16_24_unemployed",
    "employment_hardship",
    "poverty_alleviated",
    "veteran_1y",
    "other",
)
INSURANCES = ("pension", "unemployment", "injury", "medical", "maternity")
NEAR_A_LIMIT = 0.06
"""The share of figures that stand exactly at a limit of some policy, or a step beside it."""


def drawn(one: Organisation, *, today: date, seed: int) -> Enterprise:
    """Return what is true of this organisation."""
    draw = random.Random(f"{seed}:{one.credit_code}")
    years = (today - one.registered_on).days / 365.25
    accounts = _accounts(draw, one, years)
    research = _research(draw, one, accounts)
    is_sme = accounts.revenue < 400_000_000
    titles = _titles(draw, one, accounts, research, years=years, today=today) if is_sme else ()
    held = {title.code for title in titles}
    return Enterprise(
        type="1" if draw.random() > 0.01 else "9",
        size=size_of(one.industry, employees=accounts.employees, revenue=accounts.revenue, assets=accounts.assets),
        equity=round(draw.lognormvariate(16.2, 0.8)) if one.industry in TECHNICAL and draw.random() < 0.1 else 0,
        accounts=accounts,
        research=research,
        staff=_staff(draw, one, accounts, years, today),
        standing=_standing(draw, one, held),
        titles=titles,
        declared=_declared(draw, one, held, years),
        projects=_projects(draw, one),
        missing=frozenset(name for name, rate in MISSING_PER_THOUSAND.items() if draw.random() < rate / 1000),
    )


def _near(draw: random.Random, value: float, *limits: float, step: float = 0.01) -> float:
    """Return the value; now and then one of the limits, or what lies a step before or behind it."""
    lot, which, side = draw.random(), draw.choice(limits), draw.choice((-1, 0, 1))
    return which + side * step if lot < NEAR_A_LIMIT else value


def _ratio(value: float, *, least: float = 0.0, most: float = 100.0) -> Decimal:
    return Decimal(f"{min(max(value, least), most):.2f}")


def _accounts(draw: random.Random, one: Organisation, years: float) -> Accounts:
    median, per_head = MEDIANS.get(one.industry, (12, 400_000))
    grown = min(1.0, max(0.15, years / 3))
    employees = max(1, round(_near(draw, draw.lognormvariate(math.log(median), 1.1) * grown, 20, 300, 500, step=1)))
    made = employees * per_head * draw.lognormvariate(0, 0.5)
    revenue = max(20_000, round(_near(draw, made, 15_000_000, 50_000_000, 200_000_000, step=1)))
    last_growth, first_growth = (max(-0.6, draw.gauss(0.09, 0.18)) for _ in range(2))
    before = round(revenue / (1 + last_growth))
    first = round(before / (1 + first_growth))
    assets = round(_near(draw, revenue * draw.lognormvariate(-0.1, 0.5), 50_000_000, 200_000_000, step=1))
    taxable = round(_near(draw, revenue * draw.gauss(0.05, 0.08), 0, 3_000_000, step=1))
    is_technical = one.industry in TECHNICAL
    return Accounts(
        employees=employees,
        revenue=revenue,
        revenue_before=before if years > 2 else None,
        revenue_first=first if years > 3 else None,
        main_ratio=_ratio(_near(draw, 100 - draw.expovariate(1 / 7), 80, 90), least=35),
        assets=assets,
        debt_ratio=_ratio(_near(draw, draw.gauss(50, 18), 75, 80), least=2, most=140),
        taxable=taxable if draw.random() > 0.02 else None,
        is_audited=is_technical or draw.random() < 0.8,
        is_resident=draw.random() < 0.99,
        is_general_vat=revenue > 5_000_000 or draw.random() < 0.3,
        operates_here=draw.random() < 0.97,
        hightech_ratio=_ratio(_near(draw, draw.gauss(68, 18), 60)) if is_technical else _ratio(draw.random() * 10),
        robot_sales=round(revenue * draw.random() * 0.6) if one.industry == "C39" and draw.random() < 0.05 else 0,
    )


def _research(draw: random.Random, one: Organisation, accounts: Accounts) -> Research:
    is_technical = one.industry in TECHNICAL
    spends = is_technical or draw.random() < 0.15
    share = draw.lognormvariate(math.log(0.055 if is_technical else 0.01), 0.6) if spends else 0.0
    last = round(_near(draw, accounts.revenue * share, 1_000_000, 6_000_000, 10_000_000, step=1)) if spends else 0
    before, first = (
        None if revenue is None else round(revenue * share * draw.uniform(0.8, 1.1)) if spends else 0
        for revenue in (accounts.revenue_before, accounts.revenue_first)
    )
    class_one = max(0, round(draw.gauss(3, 3))) if is_technical else 0
    filed = is_technical and draw.random() < 0.5
    tech_staff = _near(draw, draw.gauss(26, 14), 10)
    return Research(
        last=last,
        before=before,
        first=first,
        domestic_ratio=_ratio(_near(draw, 100 - draw.expovariate(1 / 8), 60), least=20) if spends else None,
        deductible=round(last * draw.uniform(0.7, 1.0)) if accounts.is_audited else 0,
        staff_ratio=_ratio(tech_staff if is_technical else tech_staff / 8),
        has_core_ip=class_one > 0 or (is_technical and draw.random() < 0.4),
        class_one_ip=class_one,
        systems=_systems(draw, one),
        field=FIELDS.get(one.industry, "none") if filed or not is_technical else None,
        has_award=(draw.random() < 0.02) if filed else None,
        innovation_score=_ratio(_near(draw, draw.gauss(71, 8), 70)) if filed else None,
        tech_score=_ratio(_near(draw, draw.gauss(62, 12), 60)) if filed else None,
        tech_staff_score=_ratio(draw.choice((0, 8, 12, 16, 20)), most=20) if filed else None,
    )


def _systems(draw: random.Random, one: Organisation) -> tuple[str, ...]:
    keenness = draw.random() * (1.2 if one.industry.startswith("C") else 0.5)
    return tuple(name for place, name in enumerate(SYSTEMS) if keenness > 0.35 + 0.15 * place)


def _titles(
    draw: random.Random, one: Organisation, accounts: Accounts, research: Research, *, years: float, today: date
) -> tuple[Title, ...]:
    lots = [draw.random() for _ in range(8)]
    days = [draw.randrange(10, 1300) for _ in lots]
    is_technical = one.industry in TECHNICAL and years > 1
    is_innovative = is_technical and lots[0] < 0.4
    has_three_years = years > 3 and accounts.revenue > 14_000_000
    is_specialised = is_innovative and has_three_years and lots[1] < 0.6
    is_little_giant = is_specialised and accounts.revenue > 45_000_000 and lots[2] < 0.35
    held = {
        "innovative_sme": is_innovative,
        "srdi": is_specialised,
        "little_giant": is_little_giant,
        "single_champion": is_little_giant and lots[3] < 0.03,
        "high_tech": is_technical and research.has_core_ip and lots[4] < 0.4,
        "tech_sme": is_technical and lots[5] < 0.25,
        "green_factory_city": one.industry.startswith("C") and lots[6] < 0.12,
    }
    # An announcement of which the register kept no day: the title is known, since when it is not.
    is_dated = lots[7] > 0.03
    oldest = int(years * 365)
    return tuple(
        Title(code, today - timedelta(days=min(day, oldest)) if is_dated else None)
        for (code, is_held), day in zip(held.items(), days, strict=False)
        if is_held
    )


def _declared(draw: random.Random, one: Organisation, held: set[str], years: float) -> Declared | None:
    if not held & {"innovative_sme", "tech_sme"} and not (one.industry in TECHNICAL and draw.random() < 0.15):
        return None
    score = 58 if "srdi" in held else 50
    is_judged = draw.random() < 0.7
    says = draw.random() < 0.8
    return Declared(
        segment_years=Decimal(f"{max(0.2, _near(draw, years * draw.uniform(0.6, 1.0), 3, 10, step=0.1)):.1f}"),
        is_new_product=draw.random() < 0.15,
        score=_ratio(_near(draw, draw.gauss(score, 9), 50, 60, step=0.1)),
        is_leading=draw.random() < 0.7 if is_judged else None,
        in_key_chain=draw.random() < 0.5 if is_judged else None,
        market_share=_ratio(_near(draw, draw.expovariate(1 / 9), 10), most=90) if says else None,
        domestic_rank=draw.randrange(1, 40) if says and draw.random() < 0.6 else None,
        global_rank=draw.randrange(1, 60) if says and draw.random() < 0.2 else None,
    )


def _projects(draw: random.Random, one: Organisation) -> Projects:
    lot, spent, is_registered = draw.random(), draw.lognormvariate(15, 0.7), draw.random() < 0.8
    if one.industry not in TECHNICAL or lot > 0.2:
        return Projects()
    if lot < 0.03:
        return Projects(draw.choice(("demonstration", "benchmark")), round(spent), is_registered)
    return Projects("none", None, is_registered)


def _hire(draw: random.Random, today: date) -> Hire:
    days = draw.randrange(30, 420)
    months = max(0, days // 30 - draw.choice((0, 0, 0, 1, 3)))
    return Hire(
        category=draw.choices(CATEGORIES, (18, 14, 8, 6, 3, 3, 48))[0],
        hired_on=today - timedelta(days=days),
        contract_months=draw.choice((0, 6, 11, 12, 12, 24, 36)),
        insured_months=months,
        insurances=INSURANCES if draw.random() < 0.92 else INSURANCES[:2],
        is_employed=draw.random() < 0.88,
        was_claimed=draw.random() < 0.07,
    )


def _intern(draw: random.Random) -> Intern:
    return Intern(
        category=draw.choice(("graduate_2y_unemployed", "youth_16_24_unemployed", "other")),
        months=draw.choice((2, 3, 6, 12, 13)),
        allowance=_ratio(_near(draw, draw.uniform(75, 130), 80), most=200),
        has_accident_insurance=draw.random() < 0.9,
    )


def _loan(draw: random.Random) -> Loan | None:
    lot = draw.random()
    loan = Loan(
        amount=round(_near(draw, draw.lognormvariate(13.8, 0.8), 300_000, 4_000_000, step=1)),
        months=draw.choice((12, 12, 24, 24, 25, 36)),
        has_other_loan=draw.random() < 0.2,
        is_key_group=draw.random() < 0.6,
        times=draw.choice((0, 0, 1, 2, 3)),
    )
    return loan if lot < 0.06 else None


def _staff(draw: random.Random, one: Organisation, accounts: Accounts, years: float, today: date) -> Staff:
    insured = max(1, round(accounts.employees * draw.uniform(0.75, 1.0))) if one.has_insured_staff else 0
    months = int(_near(draw, min(years * 12, 240) * draw.uniform(0.7, 1.0), 12, step=1)) if insured else 0
    hired = min(insured, draw.choice((0, 0, 1, 1, 2, 3, 4, 6)))
    is_base = draw.random() < 0.04
    wages = insured * 12 * draw.uniform(5_000, 9_500)
    return Staff(
        insured=insured,
        headcount=max(accounts.employees + draw.randrange(-2, 3), insured, 1),
        months_paid=max(0, months),
        unemployment_paid=round(wages * 0.01),  # 0.8 % by the employer and 0.2 % by the employees
        layoff_ratio=_ratio(_near(draw, draw.expovariate(1 / 4), 5.5, 20)) if years > 1 else None,
        new_hire_ratio=_ratio(_near(draw, draw.expovariate(1 / 6), 5, 10)),
        operates_here=insured > 0 if draw.random() < 0.98 else insured == 0,
        is_internship_base=is_base,
        hires=tuple(_hire(draw, today) for _ in range(hired)),
        interns=tuple(_intern(draw) for _ in range(draw.randrange(4))) if is_base else (),
        jobs_subsidy=draw.choice((0, 0, 0, 4_000, 29_999, 30_000)) if years < 3 else 0,
        rent_years=draw.choice((0, 0, 1, 2)) if years < 3 else draw.choice((0, 0, 0, 3)),
    )


def _standing(draw: random.Random, one: Organisation, held: set[str]) -> Standing:
    is_dishonest = one.status is Status.REVOKED or draw.random() < 0.012
    is_recent, is_older = draw.random() < 0.008, draw.random() < 0.01
    is_industrial = one.industry.startswith("C")
    return Standing(
        is_dishonest=is_dishonest,
        is_debtor=is_dishonest or draw.random() < 0.015,
        had_accident_1y=is_recent,
        had_accident_3y=is_recent or is_older,
        has_pollution_permit=is_industrial and draw.random() < 0.7,
        is_energy_pending=is_industrial and draw.random() < 0.03,
        is_restricted=draw.random() < 0.01,
        was_rewarded="srdi" in held and draw.random() < 0.7,
        was_project_funded=draw.random() < 0.03,
        account=f"6225{draw.randrange(10**15):015d}" if draw.random() < 0.9 else None,
        has_lease=draw.random() < 0.75 if draw.random() < 0.95 else None,
        rent=round(draw.lognormvariate(11.5, 0.8)),
        loan=_loan(draw),
    )
