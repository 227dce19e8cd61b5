"""The paragraphs of a part of a page, in order and whole: headings, signatures and dates are short, and all wanted."""

import re
from collections.abc import Iterator

from lxml.html import HtmlElement

from yimen.policies.collecting.labels import FIELD, clean, labels_of

BLOCK = frozenset({
    "address", "article", "aside", "blockquote", "body", "center", "dd", "div", "dl", "dt", "fieldset",
    "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main",
    "nav", "ol", "p", "pre", "section", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul",
})  # fmt: skip
APART = frozenset({"nav", "footer", "aside", "form", "button", "select", "header"})
FURNITURE = re.compile(
    r"^(扫一扫在手机打开当前页|打印本?页?|关闭(窗口|本页)?|分享到?[:：]?|收藏|【?字体[:：].*|上一[篇条][:：].*|下一[篇条][:：].*"
    r"|您?(现在|当前)(的)?位置[:：].*|当前位置.*|首页\s*[>\uff1e\u203a].*|责任编辑[:：].*|相关(链接|阅读|稿件|报道)[:：]?|附件下载[:：]?|浏览次数.*|阅读次数.*)$"
)
MOST_LINKS = 0.5
SMALL = 1500


def paragraphs_of(part: HtmlElement) -> tuple[str, ...]:
    """Return the paragraphs; a row of a table that holds data is one, its cells parted by ` | `."""
    lines = (clean(line) for line in _lines(part, top=True))
    return tuple(line for line in lines if line.strip("| ") and not FURNITURE.match(line))


def _lines(element: HtmlElement, *, top: bool = False) -> Iterator[str]:
    if not top and _is_left_out(element):
        return
    if element.tag == "table" and not lays_out(element):
        for row in element.iter("tr"):
            yield " | ".join(clean(cell.text_content()) for cell in row.iterchildren("td", "th"))
        return
    waiting = element.text or ""
    for child in element:
        if not isinstance(child.tag, str):
            pass
        elif child.tag == "br":
            yield waiting
            waiting = ""
        elif child.tag in BLOCK or any(
            isinstance(one.tag, str) and (one.tag in BLOCK or one.tag == "br") for one in child.iterdescendants()
        ):
            inline = child.tag not in BLOCK
            first, *rest = [*_lines(child)] or [""]
            if inline:  # a span that holds a line break goes on with the line it stands in
                yield from ([waiting + first, *rest[:-1]] if rest else [])
                waiting = rest[-1] if rest else waiting + first
            else:
                yield from (waiting, first, *rest)
                waiting = ""
        else:
            waiting += child.text_content()
        waiting += child.tail or ""
    yield waiting


def lays_out(table: HtmlElement) -> bool:
    """Tell whether a table is a frame for other things: it has a table in it, or a cell with several paragraphs."""
    if next(table.iterdescendants("table"), None) is not None:
        return True
    cells = list(table.iter("td", "th"))
    several = any(sum(1 for _ in cell.iterchildren("p")) > 2 for cell in cells)  # noqa: PLR2004 - a form's cell has one or two
    return several or len(cells) == 1


def _is_left_out(element: HtmlElement) -> bool:
    """Tell whether it is navigation, a list of links, hidden, or the box of labels."""
    if element.tag in APART or element.get("hidden") is not None:
        return True
    if re.search(r"display\s*:\s*none", element.get("style") or ""):
        return True
    if element.tag not in {"div", "ul", "ol", "table", "dl", "section", "tbody", "p"}:
        return False
    text = clean(element.text_content())
    if not text or len(text) > SMALL:
        return False
    linked = sum(len(clean(link.text_content())) for link in element.iter("a"))
    if linked > len(text) * MOST_LINKS and "附件" not in text and sum(1 for _ in element.iter("a")) > 1:
        return True
    return is_box_of_labels(element, text)


def is_box_of_labels(element: HtmlElement, text: str) -> bool:
    """Tell whether an element is mostly labels with their values, at least three of them."""
    bare = re.sub(r"\s", "", text)
    if sum(f"{name}：" in bare or f"{name}:" in bare for name in FIELD) < 3:  # noqa: PLR2004 - said above
        return False
    found = labels_of(element)
    said = sum(len(re.sub(r"\s", "", value)) + 5 for values in found.values() for value in values)
    return len(found) >= 3 and said * 2 > len(bare)  # noqa: PLR2004
