"""Files a department drops: whole ones are read, others wait for their digest, and what cannot be read is said so."""

import csv
import hashlib
import io
import os
import re
import resource
import threading
import time
from types import SimpleNamespace
from zipfile import ZipFile

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from openpyxl import Workbook

from yimen.datasets.logic import columns_of
from yimen.datasets.sources import Changed, FileSource, Nonsense, Silent, drops, schema

HEAD = "身份证号,外地领取标志,更新时间\n"
NUMBER = "440399194611220028"


@pytest.fixture(autouse=True)
def nothing_read_yet():
    drops.forget()


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


def workbook(*rows) -> bytes:
    book, content = Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(content)
    return content.getvalue()


def reckoned(content: bytes, *, value: str) -> bytes:
    """The same workbook as a spreadsheet program saves it: each formula with the value it was reckoned to be."""
    made, empty = io.BytesIO(), re.compile(rb"</f><v ?/>|</f><v></v>")
    with ZipFile(io.BytesIO(content)) as whole, ZipFile(made, "w") as saved:
        for name in whole.namelist():
            saved.writestr(name, empty.sub(f"</f><v>{value}</v>".encode(), whole.read(name)))
    return made.getvalue()


def test_a_formula_gives_the_value_it_was_reckoned_to_be(tmp_path):
    put(tmp_path, reckoned(workbook(("身份证号", "次数"), (NUMBER, "=1+1")), value="2"), "binyi.xlsx")

    assert read(tmp_path, "binyi.xlsx", fields=["次数"]) == {"次数": "2"}


def test_a_formula_that_was_never_reckoned_is_refused_and_not_taken_for_empty(tmp_path):
    put(tmp_path, workbook(("身份证号", "次数", "状态"), (NUMBER, "=1+1", "死亡")), "binyi.xlsx")

    with pytest.raises(Nonsense, match="公式没有算出值"):
        read(tmp_path, "binyi.xlsx", fields=["次数"])
    assert read(tmp_path, "binyi.xlsx", fields=["状态"]) == {"状态": "死亡"}


def test_a_formula_as_the_key_is_refused_for_the_whole_file(tmp_path):
    put(tmp_path, workbook(("身份证号", "状态"), ("=A1", "死亡")), "binyi.xlsx")

    with pytest.raises(Nonsense, match="第 2 行的查询依据：公式"):
        read(tmp_path, "binyi.xlsx", fields=["状态"])


def test_an_error_in_a_cell_is_no_value(tmp_path):
    book, content = Workbook(), io.BytesIO()
    book.active.append(("身份证号", "状态"))
    book.active.append((NUMBER, "x"))
    book.active["B2"].value, book.active["B2"].data_type = "#N/A", "e"
    book.save(content)
    put(tmp_path, content.getvalue(), "binyi.xlsx")

    with pytest.raises(Nonsense, match="公式出错"):
        read(tmp_path, "binyi.xlsx", fields=["状态"])


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("n.xlsx", lambda: workbook(("身份证号", "状态"), (int(NUMBER), "死亡"))),
        ("n.csv", "身份证号,状态\n4.40399E+17,死亡\n".encode),
    ],
)
def test_a_number_that_a_sheet_cut_short_is_not_taken_for_nobody(tmp_path, name, content):
    put(tmp_path, content(), name)

    with pytest.raises(Nonsense, match="末几位"):
        read(tmp_path, name, fields=["状态"])


def test_a_nul_in_a_value_is_handed_on_for_the_field_to_refuse_and_the_rest_stands(tmp_path):
    put(tmp_path, (HEAD + f"{NUMBER},是\x00,\n440399194611220036,否,\n").encode())

    assert read(tmp_path) == {"外地领取标志": "是\x00"}
    assert read(tmp_path, number="440399194611220036") == {"外地领取标志": "否"}


def test_a_link_never_leads_out_of_the_folder(tmp_path):
    (tmp_path / "drops").mkdir()
    put(tmp_path, (HEAD + f"{NUMBER},是,\n").encode(), "secret.csv")
    for name in ("secret.csv", "secret.csv.sha256"):
        (tmp_path / "drops" / name.replace("secret", "mine")).symlink_to(tmp_path / name)

    with pytest.raises(Nonsense, match="链接"):
        read(tmp_path / "drops", "mine.csv")
    with pytest.raises(Nonsense, match="链接"):
        schema.describe("file", SimpleNamespace(url=(tmp_path / "drops").as_uri(), key=None), "mine.csv", timeout_s=1)


def test_two_columns_of_one_name_are_nonsense_only_where_they_are_asked_for(tmp_path):
    put(tmp_path, f"身份证号,标志,标志,状态\n{NUMBER},1,2,3\n".encode())

    assert read(tmp_path, fields=["状态"]) == {"状态": "3"}
    with pytest.raises(Nonsense, match="都叫 标志"):
        read(tmp_path, fields=["标志"])


def test_a_column_that_is_gone_is_a_change(tmp_path):
    put(tmp_path, HEAD.encode())

    with pytest.raises(Changed):
        read(tmp_path, fields=["别的"])


def test_short_rows_and_empty_lines_do_no_harm(tmp_path):
    put(tmp_path, (HEAD + f"\n\n{NUMBER}\n,,\n").encode())

    assert read(tmp_path) == {"外地领取标志": None}


def test_a_text_without_lines_is_given_up_before_it_fills_the_memory(tmp_path):
    put(tmp_path, b"x" * 6_000_000)

    with pytest.raises(Nonsense):
        read(tmp_path)


# --- Parquet, and files of any size


def parquet(folder, table, name="big.parquet"):
    pq.write_table(table, folder / name, row_group_size=100_000)
    content = (folder / name).read_bytes()
    (folder / f"{name}.sha256").write_text(f"{hashlib.sha256(content).hexdigest()}  {name}\n", encoding="ascii")


def test_a_row_of_a_parquet_file_is_found_by_its_key(tmp_path):
    parquet(tmp_path, pa.table({"身份证号": [NUMBER, "2"], '奇"怪': ["是", None], "n": [2.0, 1.5]}))

    assert read(tmp_path, "big.parquet", fields=['奇"怪', "n"]) == {'奇"怪': "是", "n": "2"}
    assert read(tmp_path, "big.parquet", number="2", fields=['奇"怪', "n"]) == {'奇"怪': None, "n": "1.5"}
    assert read(tmp_path, "big.parquet", number="' OR 1=1 --", fields=["n"]) is None
    with pytest.raises(Changed):
        read(tmp_path, "big.parquet", fields=["gone"])


def test_a_key_kept_as_a_whole_number_is_found_and_a_text_is_none(tmp_path):
    parquet(tmp_path, pa.table({"身份证号": pa.array([int(NUMBER), int(NUMBER) + 1]), "n": ["a", "b"]}))

    assert read(tmp_path, "big.parquet", fields=["n"]) == {"n": "a"}
    assert read(tmp_path, "big.parquet", number=str(int(NUMBER) + 1), fields=["n"]) == {"n": "b"}
    assert read(tmp_path, "big.parquet", number="44039919461122002X", fields=["n"]) is None


def test_two_rows_of_one_key_in_a_parquet_file_are_nonsense(tmp_path):
    parquet(tmp_path, pa.table({"身份证号": [NUMBER, NUMBER], "n": ["a", "b"]}))

    with pytest.raises(Nonsense, match="多行"):
        read(tmp_path, "big.parquet", fields=["n"])


def test_a_parquet_file_that_is_none_or_was_cut_is_nonsense_or_not_whole(tmp_path):
    put(tmp_path, b"PAR1 not really", "big.parquet")
    with pytest.raises(Nonsense, match="Parquet"):
        read(tmp_path, "big.parquet")

    parquet(tmp_path, pa.table({"身份证号": [NUMBER], "n": ["a"]}), "cut.parquet")
    whole = (tmp_path / "cut.parquet").read_bytes()
    (tmp_path / "cut.parquet").write_bytes(whole[:-20])
    with pytest.raises(Silent):
        read(tmp_path, "cut.parquet", fields=["n"])


TEN_MILLION = 10_000_000


def test_ten_million_rows_of_parquet_are_asked_without_filling_the_memory(tmp_path):
    path = tmp_path / "all.parquet"
    duckdb.sql(
        f"COPY (SELECT lpad(range::VARCHAR, 18, '0') AS 身份证号, 'v' || (range % 7) AS v FROM range({TEN_MILLION}))"
        f" TO '{path}' (FORMAT parquet)"
    )
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    (tmp_path / "all.parquet.sha256").write_text(digest, encoding="ascii")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    found = source(tmp_path, "all.parquet").read({"person": f"{TEN_MILLION - 3:018d}"}, ["v"], timeout_s=20)

    assert found == {"v": f"v{(TEN_MILLION - 3) % 7}"}
    assert (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024 < 700


def test_ten_million_rows_of_csv_are_refused_with_the_limit_and_the_way_out(tmp_path, monkeypatch):
    monkeypatch.setattr(drops, "LARGEST_DROP", 1 << 40)  # so that it is the rows that are too many
    monkeypatch.setattr(drops, "MOST_ROWS", 50_000)
    path = tmp_path / "all.csv"
    block = "".join(f"{number:018d},1\n" for number in range(100_000)).encode()
    digest = hashlib.sha256()
    with path.open("wb") as out:
        for piece in ("身份证号,外地领取标志\n".encode(), *[block] * (TEN_MILLION // 100_000)):
            out.write(piece)
            digest.update(piece)
    (tmp_path / "all.csv.sha256").write_text(digest.hexdigest(), encoding="ascii")
    before, started = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.monotonic()

    for _ in range(20):  # the first reads it, the others are told what came of that
        with pytest.raises(Nonsense, match="超过 50000 行。请改为 Parquet"):
            source(tmp_path, "all.csv").read({"person": NUMBER}, ["外地领取标志"], timeout_s=9)

    assert time.monotonic() - started < 10
    assert (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024 < 200


def test_a_large_file_is_read_beside_and_nobody_waits_longer_than_they_may(tmp_path, monkeypatch):
    monkeypatch.setattr(drops, "LARGE", 1)
    slow, go_on = drops._read_whole, threading.Event()
    monkeypatch.setattr(drops, "_read_whole", lambda *given: go_on.wait(10) and slow(*given))
    put(tmp_path, (HEAD + f"{NUMBER},是,\n").encode())

    started = time.monotonic()
    for _ in range(2):
        with pytest.raises(Silent, match="正在读入"):
            source(tmp_path).read({"person": NUMBER}, ["外地领取标志"], timeout_s=0.1)
    assert time.monotonic() - started < 2

    go_on.set()
    assert read(tmp_path) == {"外地领取标志": "是"}
    put(tmp_path, b"\x81\xff\x00\xfe" * 20)
    with pytest.raises(Nonsense):
        read(tmp_path)


def test_a_file_over_the_limit_of_bytes_is_not_even_read(tmp_path):
    path = tmp_path / "laonian.csv"
    put(tmp_path, HEAD.encode())
    os.truncate(path, drops.LARGEST_DROP + 1)

    with pytest.raises(Nonsense, match="文件超过 200 MB。请改为 Parquet"):
        read(tmp_path)


def test_a_folder_says_itself_what_it_holds(tmp_path):
    put(tmp_path, HEAD.encode("gb18030"))
    put(tmp_path, workbook(("身份证号", "状态")), "binyi.xlsx")
    parquet(tmp_path, pa.table({"身份证号": [NUMBER], "n": [1]}))
    (tmp_path / "late.csv").write_bytes(HEAD.encode())
    folder = SimpleNamespace(url=tmp_path.as_uri(), key=None)

    found = {one.name: one.comment for one in schema.relations("file", folder, timeout_s=1)}

    assert found == {
        "laonian.csv": "", "binyi.xlsx": "", "big.parquet": "", "late.csv": "还没有摘要文件（.sha256）",
    }  # fmt: skip
    names = {name: [one.name for one in schema.describe("file", folder, name, timeout_s=1)] for name in found}
    assert names["laonian.csv"] == ["身份证号", "外地领取标志", "更新时间"]
    assert names["binyi.xlsx"] == ["身份证号", "状态"]
    assert [(one.name, one.type) for one in schema.describe("file", folder, "big.parquet", timeout_s=1)] == [
        ("身份证号", "string"), ("n", "number"),
    ]  # fmt: skip
    with pytest.raises(Changed):
        schema.describe("file", folder, "../../etc/passwd", timeout_s=1)


def test_a_comma_in_quotes_and_a_line_break_in_a_cell_belong_to_the_cell(tmp_path):
    content = io.StringIO()
    csv.writer(content).writerows([("身份证号", "外地领取标志"), (NUMBER, "是,\n否")])
    put(tmp_path, content.getvalue().encode("utf-16"))

    assert read(tmp_path) == {"外地领取标志": "是,\n否"}
