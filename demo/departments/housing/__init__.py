"""Housing and construction (住房建设·演示): an HTTP service with a key of its own over a store of its own.

    GET /v1/projects/<project code>?fields=started          已开工 Y, 未开工 N
    GET /v1/addresses/<standard address code>?fields=usable 可作登记使用 Y, 不可 N
    GET /v1/leases?fields=credit_code,valid&after=…         all of them, page by page
    GET /v1/leases/<credit code>?fields=valid,rent          有效租赁合同并自用 Y 是, N 否；年租金（元）
    X-Api-Key: …

Answers and errors are as education's. For a few projects it answers only after four seconds, when nobody waits any
more: some records lie in an old system behind the new one. That is meant.
"""

from collections.abc import Iterator, Mapping, Sequence

from demo.departments.register import Row, Table
from demo.enterprises import Enterprise
from demo.life import Life
from demo.organisations import Project

DELAY_S = 4.0
TABLES = {
    "projects": Table("/v1/projects/{}", ("code",), ("started",), delay_s=DELAY_S),
    "addresses": Table("/v1/addresses/{}", ("code",), ("usable",)),
    "leases": Table("/v1/leases/{}", ("credit_code",), ("valid", "rent"), listed="/v1/leases"),
}


def rows(
    lives: Mapping[str, Life], projects: Sequence[Project], enterprises: Mapping[str, Enterprise], *, as_of: str
) -> Mapping[str, Iterator[Row]]:
    """Return the department's copy. An address declared twice has one record; of some firms' premises nobody knows."""
    declared = [life.declaration for life in lives.values() if life.declaration is not None]
    usable = {one.address_code: one.is_address_usable for one in declared}
    return {
        "projects": (
            (one.code, "Y" if one.has_started else "N", as_of, "1" if one.is_slow else "0") for one in projects
        ),
        "addresses": ((code, "Y" if may else "N", as_of, "0") for code, may in usable.items()),
        "leases": (
            (code, "Y" if one.standing.has_lease else "N", str(one.standing.rent or 0), as_of, "0")
            for code, one in enterprises.items()
            if one.standing.has_lease is not None
        ),
    }
