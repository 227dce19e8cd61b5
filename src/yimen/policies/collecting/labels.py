"""The boxes of labels that government sites print beside a document: 索引号、发文机关、成文日期 and their like.

Names differ from site to site; each field has the names seen on real pages, the national ones first.
"""

import re
from collections.abc import Iterator, Mapping
from itertools import zip_longest

from lxml.html import HtmlElement

from yimen.policies.collecting.dates import plain

NAMES: Mapping[str, tuple[str, ...]] = {
    "index_number": ("索引号", "信息索引号", "索取号"),
    "topic": ("主题分类", "主题类别", "信息分类", "信息类别", "分类"),
    "agencies": ("发文机关", "发文机构", "发文单位", "制定机关", "发布机构", "发布机关", "发布单位", "发文部门"),
    "written_on": ("成文日期", "成文时间", "发文日期", "发文时间", "印发日期", "生成日期", "生成时间"),
    "released_on": ("发布日期", "发布时间", "公开日期", "公开时间", "公布日期", "发布于"),
    "number": ("发文字号", "文号", "发文文号", "文件编号", "文件字号"),
    "title": ("标题", "名称", "信息名称", "文件名称"),
    "registry_number": ("统一登记号", "统一编号", "登记号"),
    "validity": ("有效性", "时效性", "时效", "效力状态", "效力"),
    "effective_on": ("施行日期", "实施日期", "生效日期", "生效时间", "实施时间"),
    "expires_on": ("失效日期", "失效时间", "废止日期", "有效期", "有效期至", "有效期限"),
    "keywords": ("主题词", "关键词"),
    "source": ("来源", "信息来源", "稿件来源", "文章来源"),
}
FIELD = {name: field for field, names in NAMES.items() for name in names}
SEVERAL = re.compile(rf"[【\[]?({'|'.join(sorted(FIELD, key=len, reverse=True))})(?:[】\]]?\s*[:：]|】)")
ANOTHER = re.compile(r"[\s|]+[【\[]?[\u4e00-\u9fff]{2,6}[】\]]?[:：]")
"""Where another label begins that is none of ours, such as 浏览次数："""
CELLS = {"td", "th", "dt", "dd", "li", "span", "p", "div", "b", "strong", "label", "em"}
HOLDS = ("table", "tr", "td", "p", "div", "ul", "li", "dl", "dd", "h1", "h2")
LONGEST = 240

Labels = Mapping[str, tuple[str, ...]]
"""Per field what was printed, in the order found; a field that was not printed is not there, nor is an empty one."""


def labels_of(tree: HtmlElement) -> Labels:
    """Return what the page's boxes of labels say."""
    found: dict[str, list[str]] = {}
    for field, value in [*_cells(tree), *_lines(tree)]:
        cleaned = clean(value)
        if cleaned and not _is_label(cleaned) and cleaned not in found.setdefault(field, []):
            found[field].append(cleaned)
    return {field: tuple(values) for field, values in found.items() if values}


def labels_in(paragraphs: tuple[str, ...]) -> Labels:
    """Return what the first lines of a text say by label, as 索引号：… in a file."""
    found: dict[str, list[str]] = {}
    for line in paragraphs[:25]:
        for field, value in _parts(line):
            if cleaned := clean(value):
                found.setdefault(field, []).append(cleaned)
    return {field: tuple(values) for field, values in found.items()}


def clean(text: str) -> str:
    """Return the text with runs of white space, full-width and non-breaking ones too, as one space."""
    return re.sub(r"\s+", " ", plain(text.replace("\xa0", " "))).strip()


def _name(text: str) -> str:
    return re.sub(r"[\s\xa0:：【】\[\]]", "", plain(text))


def _is_label(text: str) -> bool:
    return _name(text) in FIELD


def _cells(tree: HtmlElement) -> Iterator[tuple[str, str]]:
    """A cell that is a label alone, and the cell after it."""
    for cell in tree.iter(*CELLS):
        text = text_of(cell, limit=LONGEST)
        if text is None or not _is_label(text):
            continue
        following = cell.getnext()
        if following is not None and not callable(following.tag) and (value := text_of(following, limit=LONGEST)):
            yield FIELD[_name(text)], value
        elif following is None and cell.tail and cell.tail.strip():
            yield FIELD[_name(text)], cell.tail


def _lines(tree: HtmlElement) -> Iterator[tuple[str, str]]:
    """An element whose whole text is 索引号：…, or several of them in a row."""
    for element in tree.iter(*CELLS):
        if (
            next(element.iterdescendants(*HOLDS), None) is None
            and (text := text_of(element, limit=LONGEST)) is not None
        ):
            yield from _parts(text)


def _parts(text: str) -> Iterator[tuple[str, str]]:
    squeezed = re.sub(r"(?<=[\u4e00-\u9fff])[\s\xa0]+(?=[\u4e00-\u9fff]{1,3}\s*[:：])", "", plain(text))
    places = list(SEVERAL.finditer(squeezed))
    if not places or squeezed[: places[0].start()].strip(" [【|"):
        return
    for place, following in zip_longest(places, places[1:]):
        value = squeezed[place.end() : following.start() if following is not None else None]
        yield FIELD[place[1]], ANOTHER.split(value, maxsplit=1)[0].strip().strip("|")


def text_of(element: HtmlElement, *, limit: int) -> str | None:
    """Return the element's text; None if it is longer than a label with its value could be."""
    parts: list[str] = []
    length = 0
    for part in element.itertext():
        length += len(part.strip())
        if length > limit:
            return None
        parts.append(str(part))
    return "".join(parts)
