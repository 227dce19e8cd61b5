"""Verbs on ratings: give one, say it again, answer it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from yimen.cases import queries as cases
from yimen.cases.models import Case
from yimen.core.errors import Conflict, Invalid
from yimen.items import queries as items
from yimen.ledger import services as ledger
from yimen.ledger.logic import Purpose
from yimen.notices import services as notices
from yimen.notices.logic import Draft
from yimen.parties.queries import Desk, Standing
from yimen.ratings import queries
from yimen.ratings.logic import LONGEST_WORDS, SCORES, SHORTEST_ANSWER, TAGS, TASK, is_bad
from yimen.ratings.models import Rating
from yimen.tasks import logic as task_logic
from yimen.tasks import queries as task_queries
from yimen.tasks import services as tasks

TOPIC = "rating"
CONCLUDED = frozenset({Case.Status.APPROVED.value, Case.Status.REFUSED.value})


class BadRating(Invalid):
    """What was said is none that can be kept."""

    code = "ratings.bad-rating"
    title = "评价的内容有误。"


class NotConcluded(Conflict):
    """The case has no result yet."""

    code = "ratings.not-concluded"
    title = "这件事还没有办结。"


class RatedAlready(Conflict):
    """One matter has one rating."""

    code = "ratings.rated-already"
    title = "这件事已经评价过了。"


class NotRated(Conflict):
    """There is nothing to add to."""

    code = "ratings.not-rated"
    title = "这件事还没有评价过。"


class BadAnswer(Invalid):
    """An answer says too little, or too much."""

    code = "ratings.bad-answer"
    title = "答复的内容有误。"


class AnsweredAlready(Conflict):
    """It was answered before."""

    code = "ratings.answered-already"
    title = "这条评价已经答复过了。"


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody says of a service, as it came from a form: nothing of it trusted."""

    score: str
    tags: Sequence[str] = ()
    words: str = ""


def reference_of(case_id: UUID) -> str:
    """Return how a rating names a case."""
    return f"case:{case_id}"


@transaction.atomic
def rate_case(case_id: UUID, said: Said, *, by: Standing, at: datetime) -> Rating:
    """Keep what the applicant says of a concluded case (评价); a bad one has to be put right by a day (差评整改).

    Raises:
        CaseNotFound: there is none, or it is somebody else's. NotConcluded: it has no result yet. BadRating: there is
            no such score, or the words are too long. RatedAlready: it was rated before. CalendarGap: the calendar of
            working days ends before the deadline.
    """
    case = _concluded(case_id, by)
    score, words = _score(said.score), _words(said.words)
    if Rating.objects.filter(reference=reference_of(case.pk)).exists():
        raise RatedAlready("每件事评价一次；还想补充的，可以追评。")
    title = items.names([case.item_slug]).get(case.item_slug, case.item_slug)
    rating = Rating.objects.create(
        reference=reference_of(case.pk),
        about=case.item_slug,
        about_title=title[:200],
        agency_id=case.agency_code,
        rater=case.applicant,
        score=score,
        tags=sorted({one for one in said.tags if one in TAGS}),
        words=words,
        given_at=at,
    )
    _record("rating.given", case, title, rating, by=by, at=at)
    if is_bad(score):
        tasks.open_task(
            TASK,
            str(rating.pk),
            title=f"差评整改：{title}",
            agency=rating.agency_id,
            due_on=task_logic.due_on(TASK, opened_on=timezone.localdate(at)),
            by=by.actor,
            at=at,
            details={"score": score},
        )
    return rating


@transaction.atomic
def rate_again(case_id: UUID, said: Said, *, by: Standing, at: datetime) -> Rating:
    """Keep what the applicant adds later, once (追评); what was said first stays.

    Raises:
        CaseNotFound: as `rate_case`. BadRating: as there. NotRated: nothing was said before. RatedAlready: it was added
            to before.
    """
    case = _concluded(case_id, by)
    score, words = _score(said.score), _words(said.words)
    rating = Rating.objects.select_for_update().filter(reference=reference_of(case.pk)).first()
    if rating is None:
        raise NotRated("请先评价，再追评。")
    if rating.again_at is not None:
        raise RatedAlready("追评只有一次。")
    rating.again_score, rating.again_words, rating.again_at = score, words, at
    rating.save(update_fields=["again_score", "again_words", "again_at"])
    _record("rating.given-again", case, rating.about_title, rating, by=by, at=at)
    return rating


@transaction.atomic
def answer(rating_id: UUID, words: str, *, by: Desk, at: datetime) -> Rating:
    """Answer a rating for the agency (答复): close its task, and tell whoever gave it.

    Raises:
        RatingNotFound: there is none, or it is another agency's. NotYoursToAnswer: this post does not answer.
            AnsweredAlready: it was answered before. BadAnswer: it says too little, or too much.
    """
    rating = queries.found(by, rating_id, lock=True)
    if not queries.may_answer(by, rating):
        raise queries.NotYoursToAnswer("请由被评价部门的专员答复。")
    if rating.answer:
        raise AnsweredAlready("请查看已有的答复。")
    said = words.replace("\x00", "").strip()
    if not SHORTEST_ANSWER <= len(said) <= LONGEST_WORDS:
        raise BadAnswer(f"请写明查了什么、怎么改，{SHORTEST_ANSWER} 到 {LONGEST_WORDS} 个字。", field="words")
    rating.answer, rating.answered_by, rating.answered_at = said, by.agency_name, at
    rating.save(update_fields=["answer", "answered_by", "answered_at"])
    if waiting := task_queries.open_of(TASK, [str(rating.pk)]).get(str(rating.pk)):
        tasks.close(waiting[0], by=by.actor, at=at, answer=said)
    ledger.record_act(
        actor=by.actor,
        action="rating.answered",
        subject=rating.rater_id,
        purpose=Purpose(rating.about, rating.about_title, None),
        at=at,
        details={"rating": str(rating.pk)},
    )
    told = Draft(
        recipient=rating.rater_id,
        key=f"ratings.answered:{rating.pk}",
        topic=TOPIC,
        about=rating.about,
        title=f"{by.agency_name}答复了您的评价",
        body=said,
        reason=f"您评价“{rating.about_title}”为{SCORES[rating.score]}。",
        link=f"/cases/{rating.reference.removeprefix('case:')}/rating/",
    )
    notices.notify([told], at=at)
    return rating


def _concluded(case_id: UUID, by: Standing) -> Case:
    """Return the case, locked: two ratings at once must not both find none before them."""
    case = cases.mine(by, case_id, lock=True)
    if case.status not in CONCLUDED:
        raise NotConcluded("有了结果以后再评价。")
    return case


def _score(written: str) -> int:
    if written not in {str(one) for one in SCORES}:
        raise BadRating("请选择满意的程度。", field="score")
    return int(written)


def _words(written: str) -> str:
    words = written.replace("\x00", "").strip()
    if len(words) > LONGEST_WORDS:
        raise BadRating(f"最多写 {LONGEST_WORDS} 个字，现在有 {len(words)} 个。", field="words")
    return words


def _record(action: str, case: Case, title: str, rating: Rating, *, by: Standing, at: datetime) -> None:
    ledger.record_act(
        actor=by.actor,
        action=action,
        subject=case.applicant_id,
        purpose=Purpose(case.item_slug, title, case.pk),
        at=at,
        details={"rating": str(rating.pk)},
    )
