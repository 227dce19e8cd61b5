"""PDF to paragraphs (pypdf). A scan has pictures and no text: that is told, and the original waits for a person."""

import io
import logging
import re
from collections.abc import Sequence
from statistics import median

import pypdf
from pypdf.errors import PyPdfError

from yimen.policies.collecting.decoding import mojibake
from yimen.policies.collecting.labels import clean, labels_in
from yimen.policies.collecting.source import Source
from yimen.policies.collecting.trouble import NotCollected, Reason

MOST_PAGES = 500
LEAST_A_PAGE = 10
"""A page of a scan has fewer characters than this: at most a number."""
PAGE_NUMBER = re.compile(r"^[-—–－\s]*(第\s*)?\d{1,4}(\s*页)?(\s*[/\uff0f]\s*\d{1,4})?[-—–－\s]*$")
PARAGRAPH_END = re.compile(r"[。；：！？]$|^.{0,14}$")
BEGINS_ANEW = re.compile(
    r"^(第[一二三四五六七八九十百零\d]+[章节条]|[一二三四五六七八九十]+、|（[一二三四五六七八九十]+）|\d+[.\uff0e、]|附件)"
)

BROKEN = (
    PyPdfError,
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    RecursionError,
    OSError,
    AssertionError,
    NotImplementedError,
)
"""pypdf lets what it meets in a broken file through as it is."""

logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # it reports every oddity of every file; we tell what matters


def read_pdf(content: bytes) -> Source:
    """Return the paragraphs of a PDF; lines broken by its layout are joined again, page numbers dropped.

    Raises:
        NotCollected: broken, encrypted, a scan, too long, or its letters have no meaning (fonts without a map).
    """
    try:
        pages = _pages(content)
    except BROKEN as error:
        raise NotCollected(Reason.BROKEN, "PDF 文件损坏或不完整，无法读取。原件已保存，请重新下载核对。") from error
    text = "\n".join(pages)
    if len(re.sub(r"\s", "", text)) < LEAST_A_PAGE * max(len(pages), 1):
        raise NotCollected(
            Reason.SCANNED, f"PDF 共 {len(pages)} 页，没有文字层，应为扫描件。原件已保存，请人工录入正文。"
        )
    if trouble := mojibake(text):
        raise NotCollected(Reason.GARBLED, f"PDF 中的文字是乱码（{trouble}）。原件已保存，请人工录入正文。")
    paragraphs = _joined([line for page in pages for line in _lines(page)])
    return Source(paragraphs, labels=labels_in(paragraphs))


def _pages(content: bytes) -> list[str]:
    reader = pypdf.PdfReader(io.BytesIO(content))
    if reader.is_encrypted and not reader.decrypt(""):
        raise NotCollected(Reason.ENCRYPTED, "PDF 设有密码，无法读取。原件已保存，请向发布机构索取未加密的文件。")
    if len(reader.pages) > MOST_PAGES:
        raise NotCollected(Reason.TOO_LARGE, f"PDF 共 {len(reader.pages)} 页，超过 {MOST_PAGES} 页的上限。")
    return [page.extract_text() or "" for page in reader.pages]


def _lines(page: str) -> list[str]:
    lines = [clean(line) for line in page.splitlines()]
    return [line for line in lines if line and not PAGE_NUMBER.match(line)]


def _joined(lines: Sequence[str]) -> tuple[str, ...]:
    """Return the paragraphs: a line as long as lines are on this paper goes on in the next, unless that begins anew."""
    if not lines:
        return ()
    long = [len(line) for line in lines if len(line) > 14]  # noqa: PLR2004 - headings and signatures are shorter
    full = median(long) * 0.85 if long else 1
    paragraphs = [lines[0]]
    before = lines[0]
    for line in lines[1:]:
        goes_on = len(before) >= full and not PARAGRAPH_END.search(before) and not BEGINS_ANEW.match(line)
        if goes_on:
            paragraphs[-1] += line
        else:
            paragraphs.append(line)
        before = line
    return tuple(paragraphs)
