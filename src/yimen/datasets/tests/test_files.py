"""Files a department drops: whole ones are read, others wait for their digest, and what cannot be read is said so."""

import hashlib
import io
from types import SimpleNamespace
from zipfile import ZipFile

import pytest
from openpyxl import Workbook

from yimen.datasets.logic import columns_of
from yimen.datasets.sources import FileSource, Nonsense, Silent
from yimen.datasets.sources import file as files

HEAD = "身份证号,外地领取标志,更新时间\n"
NUMBER = "440399194611220028"


@pytest.fixture(autouse=True)
def nothing_read_yet():
    files.forget()


def put(folder, content: bytes, name="laonian.csv", *, digest: str | None = None):
    (folder / name).write_bytes(content)
    stated = hashlib.sha256(content).hexdigest() if digest is None else digest
    (folder / f"{name}.sha256").write_text(f"{stated}  {name}\n", encoding="ascii")


def source(folder, name="laonian.csv", **more):
    return FileSource(SimpleNamespace(url=folder.as_uri(), key=None), {"file": name, "key": "身份证号", **more})


def read(folder, name="laonian.csv", number=NUMBER, fields=("外地领取标志",), **more):
    return source(folder, name, **more).read({"person": number}, list(fields), timeout_s=1)


ENCODINGS = ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16", "utf-16-le", "utf-32"]


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_every_encoding_departments_use_is_read(tmp_path, encoding):
    put(tmp_path, (HEAD + f"{NUMBER},是,2026-11-21T23:00:00+08:00\n").encode(encoding))

    assert read(tmp_path) == {"外地领取标志": "是"}
    assert read(tmp_path, as_of="更新时间")["更新时间"].startswith("2026-11-21")


def test_who_is_not_in_the_file_has_no_record(tmp_path):
    put(tmp_path, HEAD.encode())

    assert read(tmp_path) is None


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\x81\xff\x00\xfe" * 20, "编码"),
        ("号码,标志\n1,2\n".encode(), "缺少"),
        (f"身份证号,别的\n{NUMBER},1\n".encode(), "缺少列 外地领取标志"),
        (HEAD.encode() + f"{NUMBER},是,\n{NUMBER},否,\n".encode(), "多行"),
        (HEAD.encode() + f'{NUMBER},"没有写完的引号{"x" * 200_000}'.encode(), "第 2 行不是 CSV"),
    ],
)
def test_a_whole_file_that_cannot_be_read_is_nonsense(tmp_path, content, words):
    put(tmp_path, content)

    with pytest.raises(Nonsense, match=words):
        read(tmp_path)


def test_a_sheet_that_is_none_is_nonsense(tmp_path):
    put(tmp_path, b"not a workbook", "binyi.xlsx")

    with pytest.raises(Nonsense, match="XLSX"):
        read(tmp_path, "binyi.xlsx")


PARTS = ["[Content_Types].xml", "xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/styles.xml"]


@pytest.mark.parametrize("part", PARTS)
def test_a_sheet_damaged_before_its_digest_was_taken_is_nonsense(tmp_path, part):
    book, content, damaged = Workbook(), io.BytesIO(), io.BytesIO()
    book.active.append(("身份证号", "状态"))
    book.save(content)
    with ZipFile(content) as whole, ZipFile(damaged, "w") as broken:
        for name in whole.namelist():
            kept = whole.read(name)
            broken.writestr(name, kept[: len(kept) // 2] if name == part else kept)
    put(tmp_path, damaged.getvalue(), "binyi.xlsx")

    with pytest.raises(Nonsense, match="XLSX"):
        read(tmp_path, "binyi.xlsx", fields=["状态"])


def test_a_sheet_whose_packing_is_damaged_is_nonsense(tmp_path):
    content = io.BytesIO()
    Workbook().save(content)
    third = len(content.getvalue()) // 3
    put(tmp_path, content.getvalue()[:third] + b"\xff" * 30 + content.getvalue()[third + 30 :], "binyi.xlsx")

    with pytest.raises(Nonsense, match="XLSX"):
        read(tmp_path, "binyi.xlsx", fields=["状态"])


def test_a_half_written_file_leaves_the_department_silent(tmp_path):
    whole = (HEAD + f"{NUMBER},是,\n").encode()
    put(tmp_path, whole[:-9], digest=hashlib.sha256(whole).hexdigest())

    with pytest.raises(Silent, match="还没有写完"):
        read(tmp_path)


def test_no_file_and_no_digest_is_silence(tmp_path):
    with pytest.raises(Silent):
        read(tmp_path)
    (tmp_path / "laonian.csv").write_text(HEAD, encoding="utf-8")
    with pytest.raises(Silent):
        read(tmp_path)


def test_while_tonights_file_is_being_written_last_nights_stands_and_then_gives_way(tmp_path):
    put(tmp_path, (HEAD + f"{NUMBER},否,\n").encode())
    assert read(tmp_path) == {"外地领取标志": "否"}
    tonight = (HEAD + f"{NUMBER},是,\n").encode()

    put(tmp_path, tonight[:20], digest=hashlib.sha256(tonight).hexdigest())
    assert read(tmp_path) == {"外地领取标志": "否"}
    put(tmp_path, tonight)
    assert read(tmp_path) == {"外地领取标志": "是"}


def test_a_sheet_gives_texts_dates_and_whole_numbers(tmp_path):
    book, content = Workbook(), io.BytesIO()
    for row in (("身份证号", "状态", "次数"), (NUMBER, "死亡", 2.0)):
        book.active.append(row)
    book.save(content)
    put(tmp_path, content.getvalue(), "binyi.xlsx")

    assert read(tmp_path, "binyi.xlsx", fields=["状态", "次数"]) == {"状态": "死亡", "次数": "2"}


def test_a_name_never_leads_out_of_the_folder(tmp_path):
    (tmp_path / "drops").mkdir()
    put(tmp_path, (HEAD + f"{NUMBER},是,\n").encode())

    with pytest.raises(Silent):
        read(tmp_path / "drops", "../laonian.csv")


@pytest.mark.parametrize(
    ("key", "keyed_by", "columns"),
    [
        ("gmsfhm", ["person"], {"person": "gmsfhm"}),
        ("project.code=xmdm,org=tyshxydm", ["project.code", "org"], {"project.code": "xmdm", "org": "tyshxydm"}),
        ("gmsfhm", ["org", "person"], {}),
    ],
)
def test_a_key_names_the_column_of_each_thing(key, keyed_by, columns):
    assert columns_of(key, keyed_by) == columns
