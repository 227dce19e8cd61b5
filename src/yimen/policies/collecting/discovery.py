"""Where a feed says its documents are: RSS and Atom, sitemaps, listing pages, folders. Every walk has a bound."""

import gzip
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import feedparser
from lxml import etree
from lxml import html as lxml_html

from yimen.policies.collecting.decoding import decode
from yimen.policies.collecting.labels import clean
from yimen.policies.collecting.reading import SUFFIXES
from yimen.policies.collecting.trouble import NotCollected, Reason

MOST_SITEMAPS = 20
LARGEST_UNPACKED = 50 * 1024 * 1024
"""A sitemap is at most 50 MB unpacked (sitemaps.org)."""
EVERY_LINK = "//a[@href]"
Get = Callable[[str], bytes]
"""Gives the bytes of an address, or raises NotCollected."""


@dataclass(frozen=True, slots=True)
class Lead:
    """An address where a document should be, and what the feed claims of it (title, released_on)."""

    address: str
    claims: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Walk:
    """What a walk through a feed has to tell beside its leads: bounds it stopped at, pages it could not read."""

    told: list[tuple[Reason, str, str]] = field(default_factory=list)

    def tell(self, reason: Reason, address: str, words: str) -> None:
        """Keep something to be told about an address."""
        self.told.append((reason, address, words))


def from_rss(content: bytes, *, address: str) -> list[Lead]:
    """Return the entries of an RSS or Atom feed, in its order.

    Raises:
        NotCollected: it is no feed.
    """
    parsed = feedparser.parse(io.BytesIO(content), response_headers={"content-location": address})
    if not parsed.entries and (parsed.bozo or not parsed.get("version")):
        raise NotCollected(Reason.BROKEN, "不是 RSS 或 Atom，或内容不完整。请检查采集来源的地址。")
    leads = []
    for entry in parsed.entries:
        if link := entry.get("link"):
            claims = {"title": clean(entry.get("title", ""))[:300]}
            when = entry.get("published_parsed") or entry.get("updated_parsed")
            if when is not None:
                claims["released_on"] = f"{when.tm_year:04}-{when.tm_mon:02}-{when.tm_mday:02}"
            leads.append(Lead(urljoin(address, link), {name: value for name, value in claims.items() if value}))
    return leads


def from_sitemap(address: str, *, get: Get, walk: Walk) -> Iterator[Lead]:
    """Yield the addresses of a sitemap, and of the sitemaps an index names.

    Raises:
        NotCollected: the first one is no sitemap.
    """
    waiting, seen = [address], set[str]()
    while waiting:
        here = waiting.pop(0)
        if here in seen:
            continue
        if len(seen) >= MOST_SITEMAPS:
            walk.tell(Reason.ENDLESS, here, f"站点地图超过 {MOST_SITEMAPS} 份，其余没有读。")
            return
        seen.add(here)
        try:
            root = _xml(_unpacked(get(here)))
        except NotCollected as error:
            if here == address:
                raise
            walk.tell(error.reason, here, error.words)
            continue
        found = [urljoin(here, clean(one.text or "")) for one in root.iter("{*}loc")]
        if etree.QName(root).localname == "sitemapindex":
            waiting.extend(found)
        else:
            yield from (Lead(one) for one in found)


def from_listing(address: str, *, get: Get, links: str, following: str, pages: int, walk: Walk) -> Iterator[Lead]:
    """Yield what the list pages link to, page after page.

    `links` selects the links of documents (XPath); empty: every link to the same
    host with a text of at least six characters. `following` selects the link to the next page, or is a pattern such
    as `index_{n}.html`, n from 1; empty: one page. The walk ends at the last page, at one that brings nothing new, or
    at `pages`, which is told.

    Raises:
        NotCollected: the first page cannot be read.
    """
    seen_pages, seen = set[str](), set[str]()
    here: str | None = address
    number = 0
    while here is not None and here not in seen_pages:
        if number >= pages:
            walk.tell(Reason.ENDLESS, here, f"列表翻到第 {pages} 页仍有下一页，到此为止。更早的内容请另行导入。")
            return
        seen_pages.add(here)
        number += 1
        try:
            tree = lxml_html.document_fromstring(decode(get(here)).text, base_url=here)
        except NotCollected as error:
            if number == 1:
                raise
            if "{n}" not in following or error.reason is not Reason.GONE:
                walk.tell(error.reason, here, error.words)
            return
        except (etree.ParserError, ValueError) as error:
            raise NotCollected(Reason.BROKEN, "列表页读不懂。请检查采集来源的地址。") from error
        fresh = [lead for lead in _links(tree, links, here) if lead.address not in seen]
        if not fresh:
            if number == 1:
                raise NotCollected(Reason.EMPTY, "列表页上没有找到链接。请检查链接的选择规则，网站也可能改版了。")
            walk.tell(Reason.ENDLESS, here, f"第 {number} 页没有新的内容，翻页到此为止。")
            return
        seen.update(lead.address for lead in fresh)
        yield from fresh
        here = _next(tree, following, first=address, here=here, number=number)


def from_folder(folder: Path, *, most: int, walk: Walk) -> Iterator[Path]:
    """Yield the files of a folder and those below it that can be read, by name; links are not followed."""
    counted = 0
    for path in sorted(folder.rglob("*")):
        if path.is_symlink() or not path.is_file() or path.suffix.lower() not in SUFFIXES:
            continue
        if counted == most:
            walk.tell(Reason.ENDLESS, str(path), f"文件夹中的文件超过 {most} 个，其余没有读。")
            return
        counted += 1
        yield path


def problems_of_selector(selector: str) -> str:
    """Return what is wrong with a selector; empty where it can be used."""
    if not selector or "{n}" in selector:
        return ""
    try:
        _compiled(selector)(lxml_html.fragment_fromstring("<p></p>"))
    except etree.XPathError as error:
        return f"选择规则“{selector}”不是正确的 XPath（{error}）。例如：//ul[@class='list']//a"
    return ""


def _compiled(selector: str) -> etree.XPath:
    return etree.XPath(selector)


def _links(tree: lxml_html.HtmlElement, selector: str, page: str) -> Iterator[Lead]:
    base = (tree.xpath("string(//base/@href)") or "").strip()
    for link in _selected(tree, selector or EVERY_LINK):
        target = link.get("href")
        if not target or target.startswith(("#", "javascript:", "mailto:", "tel:")):
            continue
        address = urljoin(urljoin(page, base), target.strip()).partition("#")[0]
        title = clean(link.get("title") or link.text_content())
        if not selector and (urlsplit(address).netloc != urlsplit(page).netloc or len(title) < 6):  # noqa: PLR2004
            continue
        if urlsplit(address).scheme in {"http", "https"}:
            yield Lead(address, {"title": title[:300]} if title else {})


def _selected(tree: lxml_html.HtmlElement, selector: str) -> list[lxml_html.HtmlElement]:
    found = _compiled(selector)(tree)
    elements = [one for one in found if isinstance(one, lxml_html.HtmlElement)] if isinstance(found, list) else []
    return [link for one in elements for link in ([one] if one.tag == "a" else one.iter("a"))]


def _next(tree: lxml_html.HtmlElement, following: str, *, first: str, here: str, number: int) -> str | None:
    if not following:
        return None
    if "{n}" in following:
        return urljoin(first, following.replace("{n}", str(number)))
    for link in _selected(tree, following):
        if target := link.get("href"):
            return str(urljoin(here, target))
    return None


def _xml(content: bytes) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise NotCollected(Reason.BROKEN, "站点地图不是完整的 XML。") from error
    if etree.QName(root).localname not in {"urlset", "sitemapindex"}:
        raise NotCollected(Reason.BROKEN, "不是站点地图。请检查采集来源的地址。")
    return root


def _unpacked(content: bytes) -> bytes:
    if not content.startswith(b"\x1f\x8b"):
        return content
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(content)) as file:
            unpacked = file.read(LARGEST_UNPACKED + 1)
    except (OSError, EOFError) as error:
        raise NotCollected(Reason.BROKEN, "压缩的站点地图损坏。") from error
    if len(unpacked) > LARGEST_UNPACKED:
        raise NotCollected(Reason.TOO_LARGE, "站点地图解压后过大。")
    return unpacked
