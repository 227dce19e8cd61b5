"""Reads of ratings: averages for everybody, the agency's board without the raters, and one's own."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db.models import Case, Count, Q, QuerySet, Sum, When

from yimen.core.errors import Forbidden, NotFound
from yimen.parties.models import Post
from yimen.parties.queries import Desk
from yimen.ratings.logic import BAD, LEAST, SCORES, TAGS, average, is_bad
from yimen.ratings.models import Rating

MOST = 100
ANSWERING = frozenset({Post.Role.DATA_OFFICER.value, Post.Role.POLICY_OFFICER.value})
"""The posts that answer for their agency."""


class RatingNotFound(NotFound):
    """No such rating, or another agency's."""

    code = "ratings.not-found"
    title = "没有找到这条评价。"


class NotYoursToAnswer(Forbidden):
    """The post may see the rating, but not answer it."""

    code = "ratings.not-yours"
    title = "这条评价由被评价部门答复。"


@dataclass(frozen=True, slots=True)
class RatingRow:
    """One rating on an agency's board (评价列表). Who gave it is not shown to those who were rated."""

    id: UUID
    about: str
    about_title: str
    agency: str
    score: int
    score_label: str
    tags: tuple[str, ...]
    words: str
    given_at: datetime
    is_bad: bool
    answer: str
    answered_by: str
    answered_at: datetime | None
    again_label: str
    again_words: str
    may_answer: bool


@dataclass(frozen=True, slots=True)
class Average:
    """How something is rated. Count, average and bad ones are None together where there are fewer than five."""

    key: str
    title: str
    count: int | None
    average: Decimal | None
    bad: int | None


@dataclass(frozen=True, slots=True)
class Own:
    """What somebody said themselves of one matter, and what became of it (我的评价)."""

    score: int
    score_label: str
    tags: tuple[str, ...]
    words: str
    given_at: datetime
    answer: str
    answered_at: datetime | None
    again_label: str
    again_words: str


def own(reference: str, rater: UUID) -> Own | None:
    """Return what this party said of this matter, None where it said nothing."""
    found = Rating.objects.filter(reference=reference, rater_id=rater).first()
    if found is None:
        return None
    return Own(
        found.score,
        SCORES[found.score],
        _tags(found),
        found.words,
        found.given_at,
        found.answer,
        found.answered_at,
        SCORES.get(found.again_score or 0, ""),
        found.again_words,
    )


def board(desk: Desk, *, bad_only: bool = False, waiting_only: bool = False) -> list[RatingRow]:
    """Return the ratings this desk may see: bad ones that wait for an answer first, then the newest."""
    ratings = visible(desk).select_related("agency")
    if bad_only or waiting_only:
        ratings = ratings.filter(score__lte=BAD)
    if waiting_only:
        ratings = ratings.filter(answer="")
    first = Case(When(score__lte=BAD, answer="", then=0), default=1)
    return [_row(one, desk) for one in ratings.order_by(first, "-given_at", "pk")[:MOST]]


def one(desk: Desk, rating_id: UUID) -> RatingRow:
    """Return a rating this desk may see.

    Raises:
        RatingNotFound: there is none, or it is another agency's.
    """
    return _row(found(desk, rating_id), desk)


def found(desk: Desk, rating_id: UUID, *, lock: bool = False) -> Rating:
    """Return the rating itself, for the verbs.

    Raises:
        RatingNotFound: there is none, or it is another agency's.
    """
    ratings = visible(desk).select_for_update(of=("self",)) if lock else visible(desk)
    rating = ratings.select_related("agency").filter(pk=rating_id).first()
    if rating is None:
        raise RatingNotFound("请从评价列表重新进入。")
    return rating


def may_answer(desk: Desk, rating: Rating) -> bool:
    """Tell whether this desk answers for the agency that was rated."""
    return desk.role in ANSWERING and desk.agency == rating.agency_id


def waiting(desk: Desk) -> int:
    """Return how many bad ratings wait for an answer."""
    return visible(desk).filter(score__lte=BAD, answer="").count()


def by_item(abouts: Iterable[str] = ()) -> list[Average]:
    """Return how each item or measure is rated, worst first; of these alone where any are named."""
    ratings = Rating.objects.filter(about__in=set(abouts)) if (abouts := list(abouts)) else Rating.objects.all()
    return _averages(ratings, "about", "about_title")


def by_agency(desk: Desk) -> list[Average]:
    """Return how each agency this desk may see is rated, worst first."""
    return _averages(visible(desk), "agency_id", "agency__short_name")


def by_item_of(desk: Desk) -> list[Average]:
    """Return how each item or measure of the agencies this desk may see is rated, worst first."""
    return _averages(visible(desk), "about", "about_title")


def of_item(about: str) -> Average | None:
    """Return how an item or measure is rated, None where nobody said anything."""
    return next(iter(by_item([about])), None)


def visible(desk: Desk) -> QuerySet[Rating]:
    """Return what this desk may see: an agency's posts its own, the data bureau's steward and an auditor all."""
    ratings = Rating.objects.all()
    return ratings if desk.is_steward or desk.is_auditor else ratings.filter(agency_id=desk.agency)


def _averages(ratings: QuerySet[Rating], key: str, title: str) -> list[Average]:
    """Group by key alone: a name that changed meanwhile must not split what belongs together."""
    titles = dict(ratings.order_by("given_at").values_list(key, title))
    counted = (
        ratings.order_by()
        .values(key)
        .annotate(number=Count("pk"), total=Sum("score"), bad=Count("pk", filter=Q(score__lte=BAD)))
    )
    rows = []
    for one in counted:
        shown = one["number"] >= LEAST
        rows.append(
            Average(
                str(one[key]),
                str(titles[one[key]]),
                one["number"] if shown else None,
                average(one["total"], one["number"]),
                one["bad"] if shown else None,
            )
        )
    return sorted(rows, key=lambda row: (row.average is None, row.average or 0, row.title))


def _row(rating: Rating, desk: Desk) -> RatingRow:
    return RatingRow(
        id=rating.pk,
        about=rating.about,
        about_title=rating.about_title,
        agency=rating.agency.short_name,
        score=rating.score,
        score_label=SCORES[rating.score],
        tags=_tags(rating),
        words=rating.words,
        given_at=rating.given_at,
        is_bad=is_bad(rating.score),
        answer=rating.answer,
        answered_by=rating.answered_by,
        answered_at=rating.answered_at,
        again_label=SCORES.get(rating.again_score or 0, ""),
        again_words=rating.again_words,
        may_answer=may_answer(desk, rating) and not rating.answer,
    )


def _tags(rating: Rating) -> tuple[str, ...]:
    return tuple(TAGS.get(one, one) for one in rating.tags)
