"""One door for every format: bytes in, what they say out."""

from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from yimen.policies.collecting.decoding import decode
from yimen.policies.collecting.docx import read_docx
from yimen.policies.collecting.html import read_html
from yimen.policies.collecting.pdf import read_pdf
from yimen.policies.collecting.source import Source
from yimen.policies.collecting.text import read_text
from yimen.policies.collecting.trouble import NotCollected, Reason

PDF = "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
HTML = "text/html"
TEXT = "text/plain"
SUFFIXES = {
    ".pdf": PDF,
    ".docx": DOCX,
    ".html": HTML,
    ".htm": HTML,
    ".shtml": HTML,
    ".xhtml": HTML,
    ".txt": TEXT,
    ".md": TEXT,
}
OTHERS = {
    ".doc": "旧的 DOC 格式，请另存为 DOCX",
    ".wps": "WPS 格式，请另存为 DOCX",
    ".ofd": "OFD 版式文件，请导出为 PDF",
    ".xls": "电子表格",
    ".xlsx": "电子表格",
    ".zip": "压缩包，请解压后导入其中的文件",
    ".rar": "压缩包，请解压后导入其中的文件",
    ".jpg": "图片",
    ".jpeg": "图片",
    ".png": "图片",
}
LEAST = 30
"""A document has more characters than this."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A media type, and the encoding the server said, if any."""

    media_type: str
    charset: str | None = None


def kind_of_content(content: bytes, *, address: str, said: str = "") -> Kind:
    """Return what the bytes are: by their first ones, then by what the server said, then by the address.

    Raises:
        NotCollected: a format that is not read here.
    """
    media, _, rest = said.partition(";")
    charset = rest.partition("charset=")[2].strip().strip("\"'") or None
    head = content[:1024].lstrip()[:512].lower()
    suffix = PurePosixPath(urlsplit(address).path).suffix.lower()
    if content.startswith(b"%PDF-"):
        return Kind(PDF)
    if content.startswith(b"PK\x03\x04") and (
        suffix == ".docx" or b"word/" in content[:65536] or b"word/" in content[-65536:]
    ):
        return Kind(DOCX)
    if suffix in OTHERS:
        raise NotCollected(Reason.UNSUPPORTED, f"不支持这种格式：{OTHERS[suffix]}。")
    if (
        head.startswith((b"<!doctype html", b"<html", b"<head", b"<body", b"<div", b"<table", b"<p"))
        or b"<html" in head
    ):
        return Kind(HTML, charset)
    kind = media.strip().lower() or SUFFIXES.get(suffix, "")
    if kind in {HTML, "application/xhtml+xml"}:
        return Kind(HTML, charset)
    if kind in {TEXT, "text/markdown"}:
        return Kind(TEXT, charset)
    if kind in {PDF, DOCX}:
        return Kind(kind)  # it says so and is none: its reader will tell
    raise NotCollected(Reason.UNSUPPORTED, f"不支持这种格式：{kind or '无法识别'}。请提供 HTML、PDF、DOCX 或纯文本。")


def read(content: bytes, *, kind: Kind) -> Source:
    """Return what a document says.

    Raises:
        NotCollected: it could not be read; why, and what to do.
    """
    match kind.media_type:
        case "application/pdf":
            source = read_pdf(content)
        case "text/html":
            decoded = decode(content, declared=kind.charset)
            source = replace(read_html(decoded.text), warnings=decoded.warnings)
        case "text/plain":
            decoded = decode(content, declared=kind.charset)
            source = replace(read_text(decoded.text), warnings=decoded.warnings)
        case _:
            source = read_docx(content)
    if len(source.text) < LEAST:
        raise NotCollected(Reason.EMPTY, f"正文只有 {len(source.text)} 个字，不像一份文件。请核对网页或附件。")
    return source
