"""What there is to know of an enterprise, by the department that knows it.

Money is in whole yuan, ratios are percentages (3 means 3 %), `None` is what nobody knows. Of the years `last` is the
last full one, `before` the one before.
"""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

YEAR, HALF_YEAR = 12, 6


@dataclass(frozen=True, slots=True)
class Accounts:
    """What the tax service knows from returns and annual accounts."""

    employees: int
    revenue: int
    revenue_before: int | None
    revenue_first: int | None  # of the year before that
    main_ratio: Decimal
    assets: int
    debt_ratio: Decimal
    taxable: int | None
    is_audited: bool  # taxed on its books (查账征收), not on an assessment (核定征收)
    is_resident: bool = True
    is_general_vat: bool = True
    operates_here: bool = True
    hightech_ratio: Decimal | None = None
    robot_sales: int | None = None

    @property
    def growth(self) -> Decimal | None:
        """Return the compound growth of two years; None for a firm too young to have it."""
        if not self.revenue_first:
            return None
        return Decimal(f"{((self.revenue / self.revenue_first) ** 0.5 - 1) * 100:.2f}")

    @property
    def main_average(self) -> int | None:
        """Return the mean revenue from the main business over three years."""
        if self.revenue_before is None or self.revenue_first is None:
            return None
        total = self.revenue + self.revenue_before + self.revenue_first
        return int(total * self.main_ratio / 100 / 3)


@dataclass(frozen=True, slots=True)
class Research:
    """What was spent on research and development, and what came of it."""

    last: int | None
    before: int | None
    first: int | None
    domestic_ratio: Decimal | None
    deductible: int | None
    staff_ratio: Decimal | None  # 科技人员占职工总数
    has_core_ip: bool = False
    class_one_ip: int = 0
    systems: tuple[str, ...] = ()
    field: str | None = None
    has_award: bool | None = None
    innovation_score: Decimal | None = None
    tech_score: Decimal | None = None
    tech_staff_score: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Title:
    """A title (资质称号) and the day it was announced; some announcements bear none."""

    code: str
    granted_on: date | None


@dataclass(frozen=True, slots=True)
class Declared:
    """What a firm declared on the platform for SMEs (优质中小企业梯度培育平台), and what the authority made of it."""

    segment_years: Decimal
    is_new_product: bool
    score: Decimal | None
    is_leading: bool | None  # the authority's own judgement; None until it has judged
    in_key_chain: bool | None
    market_share: Decimal | None = None
    domestic_rank: int | None = None
    global_rank: int | None = None


@dataclass(frozen=True, slots=True)
class Projects:
    """What industry and information technology knows of a firm's projects with artificial intelligence."""

    grade: str = "none"
    investment: int | None = None
    is_model_registered: bool | None = None


@dataclass(frozen=True, slots=True)
class Hire:
    """Somebody the firm hired, without saying who: only what a subsidy asks of them (招用人员)."""

    category: str
    hired_on: date
    contract_months: int  # 0: nothing signed
    insured_months: int
    insurances: tuple[str, ...]
    is_employed: bool = True
    was_claimed: bool = False

    @property
    def counts_as_job(self) -> bool:
        """Tell whether the employment service counts it as a job created (带动就业)."""
        return self.contract_months >= YEAR and self.insured_months >= HALF_YEAR and self.is_employed


@dataclass(frozen=True, slots=True)
class Intern:
    """Somebody in training with the firm (见习人员). `allowance` is per cent of the minimum wage."""

    category: str
    months: int
    allowance: Decimal
    has_accident_insurance: bool


@dataclass(frozen=True, slots=True)
class Loan:
    """A guaranteed loan to the firm (创业担保贷款), in yuan; `times` the subsidies of interest it had before."""

    amount: int
    months: int
    has_other_loan: bool
    is_key_group: bool
    times: int


@dataclass(frozen=True, slots=True)
class Staff:
    """What social security and the employment service know of a firm's staff."""

    insured: int
    headcount: int
    months_paid: int
    unemployment_paid: int
    layoff_ratio: Decimal | None
    new_hire_ratio: Decimal | None
    operates_here: bool = True
    is_internship_base: bool = False
    hires: tuple[Hire, ...] = ()
    interns: tuple[Intern, ...] = ()
    jobs_subsidy: int = 0
    rent_years: int = 0

    @property
    def jobs_created(self) -> int:
        """Return how many of those hired count."""
        return sum(one.counts_as_job for one in self.hires)


@dataclass(frozen=True, slots=True)
class Standing:
    """What is on record of a firm's conduct, its permits, and the money it had from the city."""

    is_dishonest: bool = False
    is_debtor: bool = False
    had_accident_3y: bool = False
    had_accident_1y: bool = False
    has_pollution_permit: bool = False
    is_energy_pending: bool = False
    is_restricted: bool = False
    was_rewarded: bool = False
    was_project_funded: bool = False
    account: str | None = None
    has_lease: bool | None = None
    rent: int | None = None
    loan: Loan | None = None


@dataclass(frozen=True, slots=True)
class Enterprise:
    """An enterprise as it truly is; `missing` names the departments that have no record of it."""

    type: str
    size: str | None  # None: an industry the standard does not cover
    equity: int | None
    accounts: Accounts
    research: Research
    staff: Staff
    standing: Standing
    titles: tuple[Title, ...] = ()
    declared: Declared | None = None  # None: it never declared anything
    projects: Projects = field(default_factory=Projects)
    missing: frozenset[str] = frozenset()
