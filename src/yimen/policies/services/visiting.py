"""Walk through a feed, or import an address or files by hand (采集、导入). Each document is kept, or why it is not."""

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings

from yimen.core import locks
from yimen.core.errors import Conflict, Invalid
from yimen.parties.logic import Actor
from yimen.policies.collecting import discovery
from yimen.policies.collecting.discovery import Lead, Walk
from yimen.policies.collecting.fetching import LARGEST, Seen, Visitor
from yimen.policies.collecting.trouble import NotCollected, Reason
from yimen.policies.models import CollectionTrouble, Feed, Origin, Visit
from yimen.policies.services.feeds import NoSuchFeed
from yimen.policies.services.taking import Brought, Taken, fail, take, unchanged

Progress = Callable[[Taken], None]
MOST_FILES = 20_000


class FeedBusy(Conflict):
    """The feed is being visited by another process."""

    code = "policies.feed-busy"
    title = "这个采集来源正在采集，请等它完成。"


class NothingToImport(Invalid):
    """The path names nothing that can be read."""

    code = "policies.nothing-to-import"
    title = "没有可以导入的文件。"


def visit_feed(name: str, *, by: Actor, at: datetime, progress: Progress = lambda _: None) -> Visit:
    """Walk through a feed and take in what it shows; return the visit with its counts.

    One walk at a time for a feed. A visit whose process died is closed by the next; what it took in stays.

    Raises:
        NoSuchFeed: it is not registered. FeedBusy: somebody else is at it.
    """
    feed = Feed.objects.filter(pk=name).first()
    if feed is None:
        raise NoSuchFeed("请用 yimen policy feeds 查看已登记的来源。", feed=name)
    with locks.attempted("policies.feed", name) as is_mine:
        if not is_mine:
            raise FeedBusy(feed=name)
        Visit.objects.filter(feed=feed, status=Visit.Status.RUNNING).update(status=Visit.Status.FAILED, finished_at=at)
        visit = Visit.objects.create(feed=feed, started_at=at, started_by=by.label)
        try:
            is_whole = _walk(feed, visit=visit, at=at, progress=progress)
        finally:
            Feed.objects.filter(pk=name).update(due_at=at + timedelta(hours=feed.every_hours))
        return _finish(visit, at=at, is_whole=is_whole)


def import_address(
    address: str,
    *,
    by: Actor,
    at: datetime,
    publisher: str = "",
    allows_private: bool = False,
    progress: Progress = lambda _: None,
) -> Visit:
    """Take in one web address; return the visit with its counts."""
    visit = Visit.objects.create(started_at=at, started_by=by.label)
    with _visitor(allows_private=allows_private, pause_s=0.0) as visitor:
        progress(_take_lead(Lead(address), visitor, publisher=publisher, visit=visit, at=at))
    return _finish(visit, at=at)


def import_path(
    path: Path, *, by: Actor, at: datetime, publisher: str = "", progress: Progress = lambda _: None
) -> Visit:
    """Take in a file, or every file of a folder that can be read; return the visit with its counts.

    Raises:
        NothingToImport: there is no such path, or nothing in it.
    """
    if not path.exists():
        raise NothingToImport("没有这个文件或文件夹，请检查路径。", path=str(path))
    visit = Visit.objects.create(started_at=at, started_by=by.label)
    walk = Walk()
    counted = 0
    for file in [path] if path.is_file() else discovery.from_folder(path, most=MOST_FILES, walk=walk):
        counted += 1
        progress(_take_file(file, publisher=publisher, visit=visit, at=at))
    _tell(walk, visit=visit, at=at)
    if not counted:
        _finish(visit, at=at, is_whole=False)
        raise NothingToImport("文件夹中没有 HTML、PDF、DOCX 或纯文本文件。", path=str(path))
    return _finish(visit, at=at)


def due_feeds(*, at: datetime) -> list[str]:
    """Return the names of the feeds whose time has come, the longest overdue first."""
    return list(Feed.objects.filter(is_active=True, due_at__lte=at).order_by("due_at").values_list("pk", flat=True))


def _walk(feed: Feed, *, visit: Visit, at: datetime, progress: Progress) -> bool:
    """Take in what the feed shows; tell whether its own address could be read."""
    walk = Walk()
    try:
        if feed.kind == Feed.Kind.FOLDER:
            for path in discovery.from_folder(Path(feed.address), most=feed.most_documents, walk=walk):
                progress(_take_file(path, publisher=feed.publisher, visit=visit, at=at))
        else:
            with _visitor(allows_private=feed.allows_private, pause_s=feed.pause_s) as visitor:
                for lead in _bounded(_leads(feed, visitor, walk), feed, walk):
                    progress(_take_lead(lead, visitor, publisher=feed.publisher, visit=visit, at=at))
    except NotCollected as error:
        progress(fail(feed.address, error.reason, error.words, visit=visit, at=at))
        return False
    finally:
        _tell(walk, visit=visit, at=at)
    _settle(feed.address, walk, at=at)
    return True


def _leads(feed: Feed, visitor: Visitor, walk: Walk) -> Iterable[Lead]:
    def get(address: str) -> bytes:
        return visitor.fetch(address).content or b""

    match Feed.Kind(feed.kind):
        case Feed.Kind.RSS:
            return discovery.from_rss(get(feed.address), address=feed.address)
        case Feed.Kind.SITEMAP:
            return discovery.from_sitemap(feed.address, get=get, walk=walk)
        case _:
            return discovery.from_listing(
                feed.address, get=get, links=feed.links, following=feed.following, pages=feed.most_pages, walk=walk
            )


def _bounded(leads: Iterable[Lead], feed: Feed, walk: Walk) -> Iterator[Lead]:
    """Yield the leads that are wanted, each once, up to the feed's bound, which is told."""
    seen: set[str] = set()
    wanted = re.compile(feed.only) if feed.only else None
    for lead in leads:
        if lead.address in seen or lead.address == feed.address or (wanted and not wanted.search(lead.address)):
            continue
        if len(seen) == feed.most_documents:
            walk.tell(Reason.ENDLESS, feed.address, f"文件超过每次 {feed.most_documents} 件的上限，其余没有收。")
            return
        seen.add(lead.address)
        yield lead


def _take_lead(lead: Lead, visitor: Visitor, *, publisher: str, visit: Visit, at: datetime) -> Taken:
    if len(lead.address) > 1000:  # noqa: PLR2004 - what the table holds
        return fail(lead.address[:1000], Reason.ADDRESS, "地址过长，没有收。", visit=visit, at=at)
    origin = Origin.objects.filter(pk=lead.address).only("etag", "last_modified").first()
    seen = Seen(origin.etag, origin.last_modified) if origin is not None else None
    try:
        fetched = visitor.fetch(lead.address, seen=seen)
    except NotCollected as error:
        return fail(lead.address, error.reason, error.words, visit=visit, at=at)
    if fetched.content is None:
        return unchanged(lead.address, visit=visit, at=at)
    brought = Brought(lead.address, fetched.content, fetched.media_type, publisher, fetched.seen, lead.claims)
    return take(brought, visit=visit, at=at)


def _take_file(path: Path, *, publisher: str, visit: Visit, at: datetime) -> Taken:
    address = path.resolve().as_uri()
    try:
        if path.stat().st_size > LARGEST:
            words = f"文件超过 {LARGEST // (1024 * 1024)} MB 的上限，没有收。"
            return fail(address[:1000], Reason.TOO_LARGE, words, visit=visit, at=at)
        content = path.read_bytes()
    except OSError:
        return fail(address[:1000], Reason.BROKEN, "文件读不出来，请检查它的权限。", visit=visit, at=at)
    return take(Brought(address[:1000], content, publisher=publisher), visit=visit, at=at)


def _visitor(*, allows_private: bool, pause_s: float) -> Visitor:
    agent = f"YimenPolicyCollector/1.0 (+{settings.YIMEN_PUBLIC_URL})"
    return Visitor(agent, pause_s=pause_s, allows_private=allows_private)


def _tell(walk: Walk, *, visit: Visit, at: datetime) -> None:
    for reason, address, words in walk.told:
        fail(address[:1000], reason, words, visit=visit, at=at)


def _settle(address: str, walk: Walk, *, at: datetime) -> None:
    """A feed that can be read again has no trouble left but what this walk told."""
    told = {reason.value for reason, where, _ in walk.told if where == address}
    open_ = CollectionTrouble.objects.filter(address=address, settled_at=None).exclude(reason__in=told)
    open_.update(settled_at=at, settled_by="采集程序")


def _finish(visit: Visit, *, at: datetime, is_whole: bool = True) -> Visit:
    visit.refresh_from_db()
    visit.status = Visit.Status.DONE if is_whole else Visit.Status.FAILED
    visit.finished_at = at
    visit.save(update_fields=["status", "finished_at"])
    return visit
