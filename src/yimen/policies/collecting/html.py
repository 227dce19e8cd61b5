"""A page to paragraphs, labels and what its invisible part says; navigation, lists and footers are left behind."""

import re
from collections.abc import Iterator, Mapping
from copy import deepcopy

import trafilatura
from lxml import etree
from lxml import html as lxml_html
from lxml.html import HtmlElement
from trafilatura.settings import use_config

from yimen.policies.collecting.blocks import SMALL, is_box_of_labels, lays_out, paragraphs_of
from yimen.policies.collecting.labels import clean, labels_of, text_of
from yimen.policies.collecting.source import Source
from yimen.policies.collecting.trouble import NotCollected, Reason

SAYS_SOMETHING = 12
"""A line of fewer characters may stand anywhere on a page."""
NEARLY_ALL = 0.8
TELLING = 200
"""So many of the longest lines tell where the text stands."""
CONFIG = use_config()
CONFIG["DEFAULT"]["MIN_EXTRACTED_SIZE"] = "60"  # a reply (批复) may have two sentences
METAS: Mapping[str, str] = {
    "articletitle": "title",
    "og:title": "title",
    "pubdate": "released_on",
    "publishdate": "released_on",
    "contentsource": "source",
    "sitename": "site",
    "columnname": "column",
    "keywords": "keywords",
}
"""Names of `<meta>` that government sites must carry (政府网站发展指引, 国办发〔2017〕47号, 附件 4)."""


def read_html(text: str) -> Source:
    """Return what the page says.

    Raises:
        NotCollected: it has no text to read, or is nested so deeply that it was made to break its reader.
    """
    tree = _tree(text)
    labels = labels_of(tree)
    metas = dict(_metas(tree))
    heading = " ".join(clean(one.text_content()) for one in tree.iter("h1"))[:300]
    title = clean("".join(tree.xpath("//title[1]//text()")))[:300]
    return Source(_paragraphs(tree), labels=labels, metas=metas, heading=heading, window_title=title)


def _tree(text: str) -> HtmlElement:
    parser = lxml_html.HTMLParser(huge_tree=False, encoding="utf-8")
    try:
        tree = lxml_html.document_fromstring(text.encode("utf-8", errors="replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise NotCollected(Reason.EMPTY, "网页是空的，没有正文。") from error
    for dropped in list(tree.iter("script", "style", "noscript", "template", "iframe", etree.Comment)):
        if isinstance(dropped, HtmlElement | lxml_html.HtmlComment):
            dropped.drop_tree()
    return tree


def _metas(tree: HtmlElement) -> Iterator[tuple[str, str]]:
    for meta in tree.iter("meta"):
        name = (meta.get("name") or meta.get("property") or "").lower()
        if name in METAS and (content := clean(meta.get("content") or "")):
            yield METAS[name], content[:300]


def _paragraphs(tree: HtmlElement) -> tuple[str, ...]:
    """Return the main text by paragraph.

    trafilatura finds where on the page it stands; from there it is taken whole, because trafilatura itself loses what
    is short: the lines of a heading, the signature, the date under it.
    """
    laid_out = deepcopy(tree)
    for box in [
        one
        for one in laid_out.iter("table", "ul", "dl", "div")
        if is_box_of_labels(one, text_of(one, limit=SMALL) or "")
    ]:
        if box.getparent() is not None:
            box.drop_tree()
    for table in list(laid_out.iter("table")):
        if lays_out(table):
            for part in table.iter("table", "tbody", "thead", "tr", "td", "th"):
                part.tag = "div"
    extracted = trafilatura.extract(
        laid_out,
        output_format="txt",
        include_comments=False,
        include_tables=True,
        favor_recall=True,
        deduplicate=False,
        config=CONFIG,
    )
    lines = [bare for line in (extracted or "").splitlines() if len(bare := _bare(line)) >= SAYS_SOMETHING]
    longest = sorted(lines, key=len, reverse=True)[:TELLING]
    return paragraphs_of(_holder(laid_out, longest) if longest else laid_out)


def _holder(tree: HtmlElement, lines: list[str]) -> HtmlElement:
    """Return the smallest part of the page that holds nearly all of these lines."""
    whole = sum(len(line) for line in lines)
    here = tree
    while True:
        for child in here:
            if isinstance(child.tag, str) and child.tag not in {"tr", "p"}:
                text = _bare(child.text_content())
                if sum(len(line) for line in lines if line in text) >= whole * NEARLY_ALL:
                    here = child
                    break
        else:
            return here


def _bare(text: str) -> str:
    return re.sub(r"[\s|\xa0\u3000]", "", re.sub(r"^- ", "", text))
