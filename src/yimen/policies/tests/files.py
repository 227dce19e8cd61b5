"""Files as departments publish them: PDF with Chinese text, a scan, Word documents."""

import io
from functools import cache

import docx
from PIL import Image
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen import canvas

NOTICE = (
    "深圳市人力资源和社会保障局　深圳市财政局关于做好失业保险稳岗工作的通知",
    "深人社规〔2026〕11号",
    "各区人力资源局、财政局，各有关单位：",
    "根据《失业保险条例》，结合我市实际，现将有关事项通知如下：",
    "一、对上年度裁员率不高于5.5%的参保企业，按企业及其职工上年度实际缴纳失业保险费的一定比例给予返还。",
    "本通知自2026年1月1日起施行，至2026年12月31日止。",
    "深圳市人力资源和社会保障局　深圳市财政局",
    "2025年12月20日",
)
MEASURES = (
    "深圳市福田区人民政府办公室关于印发《福田区促进高质量充分就业若干措施》的通知",
    "深福府办规〔2026〕9号",
    "区各有关单位：",
    "《福田区促进高质量充分就业若干措施》已经区政府同意，现印发给你们，请结合各自工作实际认真组织实施，执行中遇到的问题请径向区人力资源局反映，由区人力资源局负责解释和协调处理。",
    "深圳市福田区人民政府办公室",
    "2026年3月18日",
    "福田区促进高质量充分就业若干措施",
    "第一条　为落实《就业促进条例》，制定本措施。",
    "第二条　本措施自2026年4月1日起施行，有效期三年。",
)
LINE = 34


@cache
def pdf_of(paragraphs: tuple[str, ...]) -> bytes:
    """A PDF whose lines are broken by its paper, with page numbers."""
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    held = io.BytesIO()
    paper = canvas.Canvas(held, pagesize=A4, invariant=True)
    paper.setFont("STSong-Light", 14)
    y = 780
    for paragraph in paragraphs:
        for start in range(0, len(paragraph), LINE):
            paper.drawString(60, y, paragraph[start : start + LINE])
            y -= 24
    paper.drawString(280, 40, "— 1 —")
    paper.showPage()
    paper.save()
    return held.getvalue()


@cache
def scanned_pdf() -> bytes:
    """A PDF that is a picture of a page."""
    held = io.BytesIO()
    paper = canvas.Canvas(held, pagesize=A4, invariant=True)
    paper.drawInlineImage(Image.new("L", (200, 280), 200), 50, 50, 400, 560)
    paper.showPage()
    paper.save()
    return held.getvalue()


@cache
def docx_of(paragraphs: tuple[str, ...], table: tuple[tuple[str, ...], ...] = ()) -> bytes:
    document = docx.Document()
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    if table:
        grid = document.add_table(rows=0, cols=len(table[0]))
        for row in table:
            for cell, text in zip(grid.add_row().cells, row, strict=True):
                cell.text = text
    held = io.BytesIO()
    document.save(held)
    return held.getvalue()
