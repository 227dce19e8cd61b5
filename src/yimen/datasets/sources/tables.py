"""Tables in files, row by row and never whole: CSV in whatever encoding, and sheets (XLSX)."""

import codecs
import csv
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from itertools import zip_longest
from pathlib import Path
from typing import IO

from charset_normalizer import from_bytes
from openpyxl import load_workbook

from yimen.datasets.sources.base import Nonsense

SAMPLE = 64 * 1024
PIECE = 1024 * 1024
LONGEST_LINE = 4 * 1024 * 1024
MARKS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
"""Byte order marks, longest first: where there is one it has said everything."""
USUAL = ("utf-8", "gb18030")
"""Tried first, in this order. GB18030, of which GBK and GB 2312 are parts, reads nearly anything: the head decides."""
LARGEST_UNPACKED = 1024 * 1024 * 1024
"""Bytes a sheet may have once unpacked: a small archive can hold far more than this machine."""
EXACT = 10**15
"""Sheets keep numbers as floating point: above this their last digits are not what somebody typed."""


class Unclear:
    """A cell whose value nobody can know: a formula never reckoned, an error, a number that lost its last digits."""

    def __init__(self, words: str) -> None:
        """Keep why, in words for whoever looks after the file."""
        self.words = words

    def __str__(self) -> str:
        """Return nothing: it is no value."""
        return ""


def encodings(sample: bytes) -> Iterator[str]:
    """Return the encodings the beginning of a file may be in, likeliest first; guessed at only when the usual fail."""
    for mark, name in MARKS:
        if sample.startswith(mark):
            yield name
            return
    yield from USUAL
    for one in from_bytes(sample, steps=5, chunk_size=512):
        if one.encoding not in USUAL:
            yield one.encoding


def lines(file: IO[bytes], encoding: str) -> Iterator[list[str]]:
    """Return the rows of a CSV file from its beginning.

    Raises:
        UnicodeDecodeError: it is not in this encoding after all. Nonsense: it is no CSV.
    """
    table = csv.reader(_text(file, encoding))
    while True:
        try:
            row = next(table)
        except StopIteration:
            return
        except csv.Error as error:
            raise Nonsense(f"第 {table.line_num} 行不是 CSV") from error
        yield row


def _text(file: IO[bytes], encoding: str) -> Iterator[str]:
    """Return the lines of the file as text, read in pieces."""
    file.seek(0)
    decoder = codecs.getincrementaldecoder(encoding)()
    rest = ""
    while piece := file.read(PIECE):
        *whole, rest = (rest + decoder.decode(piece)).split("\n")
        yield from (f"{line}\n" for line in whole)
        if len(rest) > LONGEST_LINE:
            raise Nonsense("有一行长得不像 CSV")
    if rest := rest + decoder.decode(b"", final=True):
        yield rest


def sheet(path: Path) -> Iterator[list[object]]:
    """Return the rows of a workbook's first sheet, as the other sources give values: text, None, a date.

    A formula gives the value it was last reckoned to be; one that never was is `Unclear`, and not empty.

    Raises:
        Nonsense: it is no workbook.
    """
    try:
        _bounded(path)
        values = load_workbook(path, read_only=True, data_only=True)
        formulas = load_workbook(path, read_only=True, data_only=False)
        try:
            pairs = zip_longest(values.worksheets[0].iter_rows(), formulas.worksheets[0].iter_rows(), fillvalue=())
            for reckoned, written in pairs:
                yield [plain(one.value, kind) for one, kind in zip(reckoned, _kinds(written), strict=False)]
        finally:
            values.close()
            formulas.close()
    except Nonsense:
        raise
    except Exception as error:  # damaged bytes fail anywhere in unzipping, parsing or openpyxl's own types
        raise Nonsense("不是 XLSX 文件") from error


def _bounded(path: Path) -> None:
    with zipfile.ZipFile(path) as packed:
        if sum(one.file_size for one in packed.infolist()) > LARGEST_UNPACKED:
            raise Nonsense(f"展开后超过 {LARGEST_UNPACKED >> 20} MB，请改为 Parquet 文件或数据库")


def _kinds(row: Sequence[object]) -> Iterator[str]:
    for cell in row:
        yield str(getattr(cell, "data_type", "n"))


def plain(value: object, kind: str = "n") -> object:
    """Return a cell as the other sources give values; a whole number without its point. `kind` is openpyxl's."""
    match value:
        case None if kind == "f":
            return Unclear("公式没有算出值，请用表格软件打开、重新计算后保存")
        case str() if kind == "e" or (kind == "f" and value.startswith("#")):
            return Unclear(f"公式出错（{value[:10]}）")
        case int() | float() if not isinstance(value, bool) and abs(value) > EXACT:
            return Unclear("数字超过 15 位，末几位已经丢失，请把这一列设为文本后重新填写")
        case datetime() if value.time() == datetime.min.time():
            return value.date()
        case None | bool() | date():
            return value
        case float() if value.is_integer():
            return str(int(value))
        case _:
            return str(value)
