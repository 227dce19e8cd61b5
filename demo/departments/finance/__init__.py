"""Finance (财政·演示): what the city has paid whom already; an HTTP service with a key of its own.

    GET /v1/payees?fields=credit_code,title_reward&after=<the last answer's next>     all of them, page by page
    GET /v1/payees/<credit code>?fields=title_reward,account
    X-Api-Key: …

Answers and errors are as education's. A firm that never had anything to do with the city's money has a record all the
same, with N; one in a hundred or so has none.

    title_reward      同一称号奖励已兑现：Y, N
    project_funded    同一建设内容已获其他财政资助：Y, N
    account           上次收款的账户；没有的为空。不保证还在使用
"""

from collections.abc import Iterator, Mapping, Sequence

from demo.departments.register import Row, Table
from demo.enterprises import Enterprise
from demo.organisations import Organisation

TABLES = {
    "payees": Table(
        "/v1/payees/{}", ("credit_code",), ("title_reward", "project_funded", "account"), listed="/v1/payees"
    )
}


def rows(
    organisations: Sequence[Organisation], enterprises: Mapping[str, Enterprise], *, as_of: str
) -> Mapping[str, Iterator[Row]]:
    """Return the department's copy of those it has a record of."""
    known = ((one.credit_code, enterprises[one.credit_code]) for one in organisations)
    return {
        "payees": (
            (
                code,
                "Y" if one.standing.was_rewarded else "N",
                "Y" if one.standing.was_project_funded else "N",
                one.standing.account,
                as_of,
                "0",
            )
            for code, one in known
            if "finance" not in one.missing
        )
    }
