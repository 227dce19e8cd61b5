"""Register feeds and change them; enter by hand what no program can read (登记采集来源、人工录入)."""

import math
import re
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction

from yimen.core import jobs
from yimen.core.errors import Conflict, Forbidden, Invalid, NotFound
from yimen.parties.logic import Actor
from yimen.parties.queries import Desk
from yimen.policies.collecting.discovery import problems_of_selector
from yimen.policies.collecting.text import read_text
from yimen.policies.collecting.trouble import NotCollected
from yimen.policies.models import CollectionTrouble, Feed, Visit
from yimen.policies.services.taking import Brought, Taken, take_source

LEAST_TEXT = 30
MOST_TEXT = 500_000


class NoSuchFeed(NotFound):
    """No feed of this name is registered, or it is switched off."""

    code = "policies.no-such-feed"
    title = "没有找到这个采集来源。"


class BadFeed(Invalid):
    """The feed cannot be registered as it is."""

    code = "policies.bad-feed"
    title = "采集来源填写有误。"


class NotACollector(Forbidden):
    """Only a policy officer works on what is collected; whoever else sits at a desk looks."""

    code = "policies.not-a-collector"
    title = "只有政策专员可以办理政策汇聚。"


class NoSuchTrouble(NotFound):
    """No such trouble."""

    code = "policies.no-such-trouble"
    title = "没有找到这个采集问题。"


class TroubleSettled(Conflict):
    """Somebody has dealt with it already, or there is no original to read."""

    code = "policies.trouble-settled"
    title = "这个采集问题已经处理，或没有原件可录。"


class BadText(Invalid):
    """What was entered by hand is no document's text."""

    code = "policies.bad-text"
    title = "录入的正文有误。"


@dataclass(frozen=True, slots=True)
class FeedDraft:
    """A feed as somebody enters it; see `models.Feed` for what each field is."""

    title: str
    kind: str
    address: str
    publisher: str = ""
    links: str = ""
    following: str = ""
    only: str = ""
    most_pages: int = 20
    most_documents: int = 500
    every_hours: int = 24
    pause_s: float = 1.0
    allows_private: bool = False
    is_active: bool = True


@transaction.atomic
def put_feed(name: str, draft: FeedDraft, *, by: Actor, at: datetime) -> Feed:
    """Register a feed or change it; it is due at once.

    Raises:
        BadFeed: every problem with its remedy.
    """
    known = Feed.objects.select_for_update().filter(pk=name).first()
    feed = Feed(name=name, **asdict(draft), due_at=at, changed_at=at, changed_by=by.label)
    problems = [*_problems(draft), *_of_columns(feed)]
    if problems:
        raise BadFeed(" ".join(problems), feed=name)
    feed.save(force_insert=known is None, force_update=known is not None)
    return feed


@transaction.atomic
def ask_for_visit(name: str, *, by: Desk, at: datetime) -> None:
    """Have a feed visited at once instead of when it is due; the worker does it.

    Raises:
        NotACollector: the desk is no policy officer's. NoSuchFeed: it is not registered, or switched off.
    """
    _collector(by)
    if not Feed.objects.filter(pk=name, is_active=True).update(due_at=at):
        raise NoSuchFeed("请从列表中选择一个启用的来源。", feed=name)
    jobs.defer("policies.visit_feed", feed=name)


@transaction.atomic
def enter_text(trouble_id: int, text: str, *, by: Actor | Desk, at: datetime) -> Taken:
    """Take in the text a person read from an original no program can read, a scan above all; the trouble is settled.

    Raises:
        NotACollector: the desk is no policy officer's. NoSuchTrouble, TroubleSettled: there is nothing to enter a text
            for. BadText: it is too short or too long.
    """
    label = _collector(by).label
    trouble = CollectionTrouble.objects.select_for_update().filter(pk=trouble_id).first()
    if trouble is None:
        raise NoSuchTrouble(trouble=trouble_id)
    if trouble.settled_at is not None or trouble.original_id is None:
        raise TroubleSettled(trouble=trouble_id)
    cleaned = text.replace("\x00", "").strip()
    if not LEAST_TEXT <= len(cleaned) <= MOST_TEXT:
        raise BadText(f"正文应有 {LEAST_TEXT} 至 {MOST_TEXT} 字，现有 {len(cleaned)} 字。", trouble=trouble_id)
    try:
        source = read_text(cleaned)
    except NotCollected as error:
        raise BadText(error.words, trouble=trouble_id) from error
    original = trouble.original
    assert original is not None
    visit = Visit.objects.create(started_at=at, finished_at=at, status=Visit.Status.DONE, started_by=label)
    brought = Brought(trouble.address, bytes(original.content), original.media_type, trouble.publisher)
    trouble.settled_at, trouble.settled_by = at, label
    trouble.save(update_fields=["settled_at", "settled_by"])
    return take_source(brought, source, visit=visit, at=at)


def _collector(by: Actor | Desk) -> Actor:
    """Return who does it: a policy officer at a desk, or an operator at the machine itself.

    Raises:
        NotACollector: another desk.
    """
    if not isinstance(by, Desk):
        return by
    if not by.is_policy_officer:
        raise NotACollector
    return by.actor


def _problems(draft: FeedDraft) -> list[str]:
    problems = [said for said in map(problems_of_selector, (draft.links, draft.following)) if said]
    try:
        re.compile(draft.only)
    except re.error as error:
        problems.append(f"“地址须符合”不是正确的正则表达式：{error}。")
    if not math.isfinite(draft.pause_s):
        problems.append("两次请求的间隔应为 0 至 60 秒。")
    if draft.kind == Feed.Kind.FOLDER:
        drops = Path(settings.YIMEN_DROPS).resolve()
        if "\x00" in draft.address or not Path(draft.address).resolve().is_relative_to(drops):
            problems.append(f"文件夹应在 {drops} 之下。")
        return problems
    try:
        parts = urlsplit(draft.address)
        _ = parts.port
    except ValueError:
        return [*problems, "地址写得不对，请检查方括号和端口。"]
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        problems.append("地址应以 https:// 或 http:// 开头。")
    if parts.username is not None or parts.password is not None:
        problems.append("地址中不要写用户名和密码。")
    return problems


def _of_columns(feed: Feed) -> list[str]:
    """Return what the columns' own rules say, in their words."""
    try:
        feed.clean_fields()
    except ValidationError as error:
        names = {one.name: str(one.verbose_name) for one in Feed._meta.concrete_fields}  # noqa: SLF001 - Django's own way
        return [f"{names[name]}：{' '.join(words)}" for name, words in error.message_dict.items()]
    return []
