"""Bytes to text: UTF-8, GB18030 and what pages declare; text that came out as rubbish is told, never kept (乱码).

GB2312 and GBK are read as GB18030, which contains both (GB 18030-2022).
"""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass

from ftfy import badness

from yimen.policies.collecting.trouble import NotCollected, Reason

DECLARED = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?\s*([A-Za-z0-9_\-]{2,20})""", re.IGNORECASE)
BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
CONTAINED = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "gb_2312-80": "gb18030",
    "x-gbk": "gb18030",
    "iso-8859-1": "",
    "ascii": "",
}
HAN = re.compile(r"[\u4e00-\u9fff]")
LATIN = re.compile(r"[\u0080-\u00ff]")
NOT_TEXT = re.compile(r"[\x00-\x08\x0e-\x1f\ufffd\ue000-\uf8ff]|\(cid:\d+\)|锟斤拷|烫烫烫")
ENOUGH = 20
"""Below so many characters nothing can be said of a text."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """Text, the encoding it was read in, and what is to be told about that."""

    text: str
    encoding: str
    warnings: tuple[str, ...] = ()


def decode(content: bytes, *, declared: str | None = None) -> Decoded:
    """Return the text of a page or a text file. `declared` is what the server said.

    UTF-8 that is valid is UTF-8, whatever the page says of itself: no other encoding looks like it by accident.

    Raises:
        NotCollected: no encoding gives text, or what it gives is rubbish.
    """
    said = declared or _declared(content)
    for encoding in _candidates(content, said):
        try:
            text = content.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            continue
        if trouble := mojibake(re.sub(r"<[^>]*>", " ", text) if b"<" in content[:2000] else text):
            raise NotCollected(Reason.GARBLED, f"按 {encoding} 读出的文字是乱码（{trouble}）。原件已保存，请人工核对。")
        told = f"页面声明的编码是 {said}，实际是 {encoding}。"
        return Decoded(text, encoding, (told,) if said and not _same(said, encoding) else ())
    raise NotCollected(Reason.GARBLED, "不是 UTF-8，也不是 GB 18030 编码的文字。原件已保存，请人工核对。")


def mojibake(text: str) -> str:
    """Return in words why the text is rubbish; empty where it reads as text.

    Signs of it: replacement characters and fonts without a map; UTF-8 read as GBK (鏀跨瓥), found by reading it back;
    UTF-8 or GBK read as Latin-1 (æ”¿ç­–, Õþ²ß), found by ftfy and by there being Latin where Chinese should be.
    """
    seen = re.sub(r"\s", "", text)
    if len(seen) < ENOUGH:
        return ""
    if len(NOT_TEXT.findall(seen)) * 200 > len(seen):
        return "含有大量无法识别的字符"
    han, latin = len(HAN.findall(seen)), len(LATIN.findall(seen))
    if latin * 4 > len(seen) or (latin > han and badness.badness(text) * 10 > len(seen)):
        return "中文被当作西文读过"
    if han and _reads_back(seen):
        return "UTF-8 被当作 GBK 读过"
    return ""


def _reads_back(text: str) -> bool:
    """Tell whether the text, written as GB18030, is UTF-8: real Chinese hardly ever is."""
    back = text[:4000].encode("gb18030", errors="ignore").decode("utf-8", errors="replace")
    return bool(HAN.findall(back)) and back.count("\ufffd") * 6 < len(back) and len(HAN.findall(back)) * 4 > len(back)


def _candidates(content: bytes, said: str | None) -> Iterator[str]:
    for bom, encoding in BOMS:
        if content.startswith(bom):
            yield encoding
    yield "utf-8"
    if said and (contained := CONTAINED.get(said.lower(), said)):
        yield contained
    yield "gb18030"


def _declared(content: bytes) -> str | None:
    match = DECLARED.search(content[:4096])
    return match[1].decode("ascii") if match else None


def _same(said: str, encoding: str) -> bool:
    try:
        return (
            codecs.lookup(CONTAINED.get(said.lower()) or said).name == codecs.lookup(encoding.removesuffix("-sig")).name
        )
    except LookupError:
        return False
