"""Bytes become paragraphs, whatever their format and encoding; rubbish is told and never kept as text."""

import io
import json
import random
import zipfile

import pypdf
import pytest
from reportlab.pdfgen import canvas

from yimen.policies.collecting.decoding import decode, mojibake
from yimen.policies.collecting.html import read_html
from yimen.policies.collecting.metadata import metadata_of
from yimen.policies.collecting.pdf import MOST_PAGES, read_pdf
from yimen.policies.collecting.reading import DOCX, HTML, PDF, TEXT, Kind, kind_of_content, read
from yimen.policies.collecting.trouble import NotCollected, Reason
from yimen.policies.tests import files
from yimen.policies.tests.site import policy_page

CHINESE = (
    "深圳市中小企业服务局关于开展专精特新企业奖励工作的通知。为加大对优质中小企业的培育力度，现就有关事项通知如下。"
)


def reason_of(content, kind):
    with pytest.raises(NotCollected) as failed:
        read(content, kind=kind)
    assert failed.value.words
    return failed.value.reason


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030", "gbk"])
def test_text_is_read_in_the_encoding_it_is_in(encoding):
    assert decode(CHINESE.encode(encoding)).text == CHINESE


def test_rare_characters_of_gb18030_are_read_on_a_page_that_says_gb2312():
    page = f"<meta charset='gb2312'><p>{CHINESE}㛃𠮷镕</p>"

    decoded = decode(page.encode("gb18030"))

    assert "㛃𠮷镕" in decoded.text
    assert decoded.warnings == ()


def test_a_page_that_says_gb2312_and_is_utf_8_is_read_and_told():
    decoded = decode(f"<meta charset='gb2312'><p>{CHINESE}</p>".encode())

    assert CHINESE in decoded.text
    assert decoded.warnings == ("页面声明的编码是 gb2312，实际是 utf-8。",)


@pytest.mark.parametrize(
    "rubbish",
    [
        CHINESE.encode().decode("gb18030", errors="replace"),
        CHINESE.encode().decode("latin-1"),
        CHINESE.encode("gb18030").decode("latin-1"),
        CHINESE.encode("gb18030").decode("utf-8", errors="replace"),
        "锟斤拷" * 20,
        "(cid:17)(cid:233)(cid:1)" * 20,
        "\x01\x02\x03\x04\x05" * 20,
    ],
)
def test_rubbish_is_recognised_and_its_original_waits_for_a_person(rubbish):
    assert mojibake(rubbish)
    with pytest.raises(NotCollected) as failed:
        decode(rubbish.encode())
    assert failed.value.reason is Reason.GARBLED
    assert failed.value.reason.is_for_a_person


@pytest.mark.parametrize(
    "text",
    [
        CHINESE,
        "",
        "短",
        "A plain English sentence about a policy, long enough to be judged.",
        "GDP增长5.5%，R&D费用加计扣除100%。" * 3,
        "龘靐齉爩鱻麤" * 10,
    ],
)
def test_real_text_is_no_rubbish(text):
    assert mojibake(text) == ""


def test_every_real_document_is_no_rubbish_and_all_of_them_misread_are(shared):
    for path in sorted((shared / "data" / "policy" / "state-council").glob("*.json"))[:12]:
        text = read_html(json.loads(path.read_text(encoding="utf-8"))["html"]).text
        assert mojibake(text) == ""
        assert mojibake(text.encode().decode("gb18030", errors="replace"))
        assert mojibake(text.encode("gb18030").decode("latin-1"))


def test_navigation_footer_and_the_box_of_labels_are_left_and_the_short_lines_kept():
    source = read_html(policy_page())

    assert source.paragraphs[:3] == (
        "深圳市中小企业服务局关于开展专精特新企业奖励工作的通知",
        "深中小企规〔2026〕3号",
        "各有关单位：",
    )
    assert source.paragraphs[-2:] == ("深圳市中小企业服务局", "2026年5月20日")
    assert not any(word in source.text for word in ("栏目导航", "备案号", "索引号"))
    assert source.labels["index_number"] == ("MB2C/2026-00001",)


def test_a_table_of_data_stays_a_table():
    rows = "".join(
        f"<tr><td>{size}型企业</td><td>{amount}万元</td></tr>" for size, amount in (("大", 10), ("中", 20), ("小", 30))
    )

    source = read_html(
        policy_page(
            body=[
                f"奖励标准按企业规模确定，具体如下表所示，由市中小企业服务局负责解释。</p><table>{rows}</table><p>完。"
            ]
        )
    )

    assert "中型企业 | 20万元" in source.paragraphs


@pytest.mark.parametrize(
    "page", ["<html></html>", "<p></p>", "<div id='app'></div><script>render()</script>", "<!-- x -->", "<p>太短</p>"]
)
def test_a_page_without_text_is_told(page):
    assert reason_of(page.encode(), Kind(HTML)) is Reason.EMPTY


def test_a_page_nested_to_break_its_reader_breaks_nothing():
    deep = "<div>" * 3000 + CHINESE + "</div>" * 3000

    assert reason_of(deep.encode(), Kind(HTML)) is Reason.EMPTY


def test_lines_of_a_pdf_are_joined_and_page_numbers_dropped():
    source = read_pdf(files.pdf_of(files.MEASURES))

    assert files.MEASURES[3] in source.paragraphs
    assert not any("— 1 —" in one for one in source.paragraphs)
    found = metadata_of(source)
    assert found.title.value == files.MEASURES[0]
    assert found.number.value == "深福府办规〔2026〕9号"
    assert str(found.period.expires.value) == "2029-03-31"


def test_a_word_file_gives_paragraphs_and_tables_in_their_places():
    source = read(files.docx_of(files.NOTICE, (("规模", "比例"), ("中小微企业", "60%"))), kind=Kind(DOCX))

    assert source.paragraphs[0] == files.NOTICE[0].replace("　", " ")
    assert source.paragraphs[-1] == "中小微企业 | 60%"
    assert metadata_of(source).agencies.value == ("深圳市人力资源和社会保障局", "深圳市财政局")


def test_a_scan_is_told_as_one():
    assert reason_of(files.scanned_pdf(), Kind(PDF)) is Reason.SCANNED
    assert reason_of(files.docx_of(()), Kind(DOCX)) is Reason.SCANNED


def test_a_locked_pdf_is_told():
    writer = pypdf.PdfWriter(io.BytesIO(files.pdf_of(files.MEASURES)))
    writer.encrypt("secret", algorithm="RC4-128")
    held = io.BytesIO()
    writer.write(held)

    assert reason_of(held.getvalue(), Kind(PDF)) is Reason.ENCRYPTED


def test_a_pdf_of_too_many_pages_is_told():
    held = io.BytesIO()
    paper = canvas.Canvas(held)
    for _ in range(MOST_PAGES + 1):
        paper.showPage()
    paper.save()

    assert reason_of(held.getvalue(), Kind(PDF)) is Reason.TOO_LARGE


@pytest.mark.parametrize("cut", [5, 200, 700, -40])
def test_broken_files_are_told(cut):
    assert reason_of(files.pdf_of(files.MEASURES)[:cut], Kind(PDF)) in {Reason.BROKEN, Reason.SCANNED, Reason.GARBLED}
    assert reason_of(files.docx_of(files.NOTICE)[:cut], Kind(DOCX)) is Reason.BROKEN


def test_a_word_file_that_unpacks_to_fill_the_memory_is_told():
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as packed:
        for number in range(3):
            packed.writestr(f"word/{number}.xml", b"\0" * (70 * 1024 * 1024))

    assert reason_of(held.getvalue(), Kind(DOCX)) is Reason.TOO_LARGE


@pytest.mark.parametrize(
    ("content", "address", "said", "expected"),
    [
        (b"%PDF-1.4", "http://x/a", "text/html", PDF),
        (b"PK\x03\x04word/document.xml", "http://x/a", "", DOCX),
        (b"<!DOCTYPE html><p>", "http://x/a.do?id=1", "", HTML),
        (b"\n\n <HTML>", "http://x/", "application/octet-stream", HTML),
        ("正文".encode(), "http://x/a.html", "text/html; charset=GBK", HTML),
        ("正文".encode(), "file:///a.txt", "", TEXT),
        ("正文".encode(), "file:///a.md", "", TEXT),
    ],
)
def test_the_format_is_told_by_the_bytes_before_the_name(content, address, said, expected):
    assert kind_of_content(content, address=address, said=said).media_type == expected


@pytest.mark.parametrize(
    "address", ["http://x/a.doc", "http://x/a.zip", "http://x/a.png", "http://x/a.ofd", "http://x/a.unknown"]
)
def test_other_formats_are_named_with_a_remedy(address):
    with pytest.raises(NotCollected) as failed:
        kind_of_content(b"\x89PNG", address=address)
    assert failed.value.reason is Reason.UNSUPPORTED


PIECES = [
    b"<table>",
    b"</div>",
    b"<td>",
    b"\xff\xfe",
    b"\x00",
    "成文日期：".encode(),
    "《".encode(),
    b"<a href=",
    b"&#0;",
    b"<!--",
]
WHOLE = [policy_page().encode(), files.pdf_of(files.MEASURES), files.docx_of(files.NOTICE, (("规模", "比例"),))]


@pytest.mark.parametrize("seed", range(60))
@pytest.mark.parametrize("whole", WHOLE, ids=["html", "pdf", "docx"])
def test_a_file_damaged_anywhere_is_read_or_told_and_never_a_fault(whole, seed):
    chance = random.Random(seed)
    damaged = bytearray(whole)
    for _ in range(chance.randint(1, 40)):
        at = chance.randrange(len(damaged))
        match chance.randrange(4):
            case 0:
                damaged[at] = chance.randrange(256)
            case 1:
                del damaged[at : at + chance.randrange(1, 300)]
            case 2:
                damaged[at:at] = damaged[: chance.randrange(1, 300)]
            case _:
                damaged[at:at] = chance.choice(PIECES)
        damaged = damaged or bytearray(b"x")

    try:
        source = read(bytes(damaged), kind=kind_of_content(bytes(damaged), address="http://x/a"))
    except NotCollected as told:
        assert told.words  # noqa: PT017 - either of the two is right
    else:
        assert metadata_of(source).warnings is not None
