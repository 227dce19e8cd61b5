"""Tax (税务·演示): an HTTP service with a key of its own over a store of its own.

    GET /v1/taxpayers?fields=credit_code,revenue&after=<the last answer's next>     all of them, page by page
    GET /v1/taxpayers/<credit code>?fields=revenue,debt_ratio
    X-Api-Key: …

Answers and errors are as education's. Money is in yuan, ratios in per cent with two decimals; a figure may be null: a
young firm has no growth, a return may not be filed yet. Of a thousand firms a dozen have no record. That is meant.

    employees, total_assets                从业人数、资产总额（全年季度平均）
    revenue, sales_revenue                 上年度营业收入、最近一年销售收入
    main_revenue_avg_3y, main_ratio        近三年平均主营业务收入、主营业务收入占比
    growth_2y, debt_ratio                  近两年复合增长率、上年末资产负债率
    taxable_income                         年度应纳税所得额
    collection                             企业所得税征收方式：1 查账征收, 2 核定征收
    resident, general_vat, operating       居民企业、增值税一般纳税人、在本市实际经营：Y, N
    rd_last, rd_before                     上年度、前年度研发费用
    rd_ratio_last, rd_ratio_before         同上，占营业收入比重
    rd_ratio_3y, rd_domestic_ratio         近三年研发费用占销售收入比例、境内研发费用占比
    rd_deductible                          当年符合规定的研发费用
    hightech_ratio, robot_sales            高新技术产品收入占比、具身智能产品年度销售额
"""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from demo.departments.register import Row, Table
from demo.enterprises import Enterprise
from demo.organisations import Organisation

FIELDS = (
    "employees", "total_assets", "revenue", "sales_revenue", "main_revenue_avg_3y", "main_ratio", "growth_2y",
    "debt_ratio", "taxable_income", "collection", "resident", "general_vat", "operating", "rd_last", "rd_before",
    "rd_ratio_last", "rd_ratio_before", "rd_ratio_3y", "rd_domestic_ratio", "rd_deductible", "hightech_ratio",
    "robot_sales",
)  # fmt: skip
TABLES = {"taxpayers": Table("/v1/taxpayers/{}", ("credit_code",), FIELDS, listed="/v1/taxpayers")}


def rows(
    organisations: Sequence[Organisation], enterprises: Mapping[str, Enterprise], *, as_of: str
) -> Mapping[str, Iterator[Row]]:
    """Return the department's copy of those it has a record of."""
    return {
        "taxpayers": (
            (one.credit_code, *_record(enterprises[one.credit_code]), as_of, "0")
            for one in organisations
            if "tax" not in enterprises[one.credit_code].missing
        )
    }


def _record(one: Enterprise) -> tuple[str | None, ...]:
    accounts, research = one.accounts, one.research
    return (
        str(accounts.employees),
        str(accounts.assets),
        str(accounts.revenue),
        str(accounts.revenue),
        _text(accounts.main_average),
        str(accounts.main_ratio),
        _text(accounts.growth),
        str(accounts.debt_ratio),
        _text(accounts.taxable),
        "1" if accounts.is_audited else "2",
        _said(accounts.is_resident),
        _said(accounts.is_general_vat),
        _said(accounts.operates_here),
        _text(research.last),
        _text(research.before),
        _share(research.last, accounts.revenue),
        _share(research.before, accounts.revenue_before),
        _three_years(one),
        _text(research.domestic_ratio),
        _text(research.deductible),
        _text(accounts.hightech_ratio),
        _text(accounts.robot_sales),
    )


def _three_years(one: Enterprise) -> str | None:
    """Return the share of three years; of as many as there are for a younger firm (the recognition's own rule)."""
    spent = (one.research.last, one.research.before, one.research.first)
    earned = (one.accounts.revenue, one.accounts.revenue_before, one.accounts.revenue_first)
    return _share(sum(one or 0 for one in spent), sum(one or 0 for one in earned))


def _share(part: int | None, whole: int | None) -> str | None:
    return None if part is None or not whole else f"{Decimal(part) * 100 / whole:.2f}"


def _text(value: int | Decimal | None) -> str | None:
    return None if value is None else str(value)


def _said(claim: bool) -> str:  # noqa: FBT001 - a claim, said in the department's letters
    return "Y" if claim else "N"
