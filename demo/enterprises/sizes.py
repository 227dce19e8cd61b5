"""Large, medium, small or micro (企业划型): 统计上大中小微型企业划分办法 (2017), as the policies cite it."""

from collections.abc import Sequence

GRADES = ("large", "medium", "small", "micro")
EMPLOYEES, REVENUE, ASSETS = "employees", "revenue", "assets"
Bounds = tuple[int, int, int]

# Lower bounds of large, medium, small; revenue and assets in 万元. By section or division of GB/T 4754.
TABLE: dict[str, dict[str, Bounds]] = {
    "A": {REVENUE: (20000, 500, 50)},
    "B": {EMPLOYEES: (1000, 300, 20), REVENUE: (40000, 2000, 300)},
    "C": {EMPLOYEES: (1000, 300, 20), REVENUE: (40000, 2000, 300)},
    "D": {EMPLOYEES: (1000, 300, 20), REVENUE: (40000, 2000, 300)},
    "E": {REVENUE: (80000, 6000, 300), ASSETS: (80000, 5000, 300)},
    "F51": {EMPLOYEES: (200, 20, 5), REVENUE: (40000, 5000, 1000)},
    "F52": {EMPLOYEES: (300, 50, 10), REVENUE: (20000, 500, 100)},
    "G59": {EMPLOYEES: (200, 100, 20), REVENUE: (30000, 1000, 100)},
    "G60": {EMPLOYEES: (1000, 300, 20), REVENUE: (30000, 2000, 100)},
    "H": {EMPLOYEES: (300, 100, 10), REVENUE: (10000, 2000, 100)},
    "I65": {EMPLOYEES: (300, 100, 10), REVENUE: (10000, 1000, 50)},
    "L": {EMPLOYEES: (300, 100, 10), ASSETS: (120000, 8000, 100)},
    "M": {EMPLOYEES: (300, 100, 10)},
    "N": {EMPLOYEES: (300, 100, 10)},
    "O": {EMPLOYEES: (300, 100, 10)},
    "R": {EMPLOYEES: (300, 100, 10)},
}
WAN = 10_000


def size_of(industry: str, *, employees: int, revenue: int, assets: int) -> str | None:
    """Return the grade of a firm, None for an industry the standard does not cover. Money is in yuan.

    A grade is reached only where every indicator reaches it, so the worst indicator decides.
    """
    bounds = TABLE.get(industry[:3]) or TABLE.get(industry[:1])
    if bounds is None:
        return None
    figures: dict[str, float] = {EMPLOYEES: employees, REVENUE: revenue / WAN, ASSETS: assets / WAN}
    return GRADES[max(_grade(figures[name], limits) for name, limits in bounds.items())]


def _grade(figure: float, limits: Sequence[int]) -> int:
    return next((place for place, limit in enumerate(limits) if figure >= limit), len(limits))
