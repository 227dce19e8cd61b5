"""Word documents (DOCX) to paragraphs (python-docx), tables in their places."""

import io
import zipfile
import zlib
from collections.abc import Iterator

import docx
from docx.document import Document
from docx.opc.exceptions import PackageNotFoundError
from docx.table import Table
from lxml.etree import XMLSyntaxError

from yimen.policies.collecting.labels import clean, labels_in
from yimen.policies.collecting.source import Source
from yimen.policies.collecting.trouble import NotCollected, Reason

MOST_UNPACKED = 200 * 1024 * 1024
"""What a file may unpack to: a small file that unpacks to more was made to fill the memory."""
BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    PackageNotFoundError,
    XMLSyntaxError,
    LookupError,
    ValueError,
    TypeError,
    AttributeError,
    EOFError,
    OSError,
    RuntimeError,
)
"""What zipfile, lxml and python-docx let through of a broken file as they meet it."""


def read_docx(content: bytes) -> Source:
    """Return the paragraphs of a Word document; a row of a table is one, its cells parted by ` | `.

    Raises:
        NotCollected: broken, encrypted, empty, or it would unpack to too much.
    """
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise NotCollected(Reason.ENCRYPTED, "Word 文件设有密码，或是旧的 DOC 格式，无法读取。请另存为 DOCX 后再导入。")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            if sum(one.file_size for one in packed.infolist()) > MOST_UNPACKED:
                raise NotCollected(Reason.TOO_LARGE, "Word 文件解压后过大，没有读取。")
        document = docx.Document(io.BytesIO(content))
        paragraphs = tuple(line for line in map(clean, _lines(document)) if line.strip("| "))
    except BROKEN as error:
        raise NotCollected(Reason.BROKEN, "Word 文件损坏或不完整，无法读取。原件已保存，请重新下载核对。") from error
    if not paragraphs:
        raise NotCollected(Reason.SCANNED, "Word 文件中没有文字，可能只有图片。原件已保存，请人工录入正文。")
    return Source(paragraphs, labels=labels_in(paragraphs))


def _lines(document: Document) -> Iterator[str]:
    for part in document.iter_inner_content():
        if isinstance(part, Table):
            for row in part.rows:
                yield " | ".join(
                    dict.fromkeys(clean(cell.text) for cell in row.cells)
                )  # a merged cell comes once a column
        else:
            yield from part.text.splitlines()
