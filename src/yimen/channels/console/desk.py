"""Who sits at the console, and which pages their post is for."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.utils import timezone

from yimen.parties import queries as parties
from yimen.parties.models import Account, Post
from yimen.parties.queries import Desk


@dataclass(frozen=True, slots=True)
class Page:
    """One entry of the side navigation: its key, address and title, and which posts it is shown to."""

    key: str
    address: str
    title: str
    posts: frozenset[Post.Role] = frozenset(Post.Role)


DATA = frozenset({Post.Role.DATA_OFFICER, Post.Role.DATA_STEWARD, Post.Role.AUDITOR})
POLICY = frozenset({Post.Role.POLICY_OFFICER, Post.Role.DATA_STEWARD, Post.Role.AUDITOR})
MONEY = frozenset({Post.Role.PAYMENT_OFFICER, Post.Role.POLICY_OFFICER, Post.Role.AUDITOR})
PAGES = (
    Page("home", "/console/", "总览"),
    Page("datasets", "/console/datasets/", "数据目录", DATA),
    Page("reviews", "/console/reviews/", "目录审核", DATA),
    Page("islands", "/console/islands/", "信息孤岛", DATA),
    Page("sources", "/console/sources/", "数据源", DATA),
    Page("standards", "/console/standards/", "标准", DATA),
    Page("facts", "/console/facts/", "数据项", DATA | POLICY),
    Page("quality", "/console/quality/", "数据质量", DATA),
    Page("grants", "/console/grants/", "共享授权", DATA),
    Page("base", "/console/base/", "基础库", DATA),
    Page("collected", "/console/collected/", "政策汇聚", POLICY),
    Page("proposals", "/console/proposals/", "政策拆解", POLICY),
    Page("policies", "/console/policies/", "政策发布", POLICY),
    Page("payments", "/console/payments/", "资金拨付", MONEY),
    Page("duties", "/console/duties/", "政策督查", MONEY),
    Page("evaluation", "/console/evaluation/", "政策评价", POLICY),
    Page("ratings", "/console/ratings/", "好差评"),
    Page("tasks", "/console/tasks/", "督办"),
    Page("ledger", "/console/ledger/", "留痕", DATA),
)
"""In the order of the day's work. A page's own query decides what a post sees there."""


def desk_of(request: HttpRequest) -> Desk:
    """Return the desk of whoever is signed in.

    Raises:
        NoDesk: the account holds no post in the console today.
    """
    assert isinstance(request.user, Account)  # every view that calls this requires sign-in
    return parties.desk(request.user, on=timezone.localdate())


def frame(desk: Desk, here: str) -> dict[str, object]:
    """Return what `console/base.html` needs: the desk, the pages, and the key of the page one is on."""
    return {"desk": desk, "pages": [one for one in PAGES if desk.role in one.posts], "here": here}
