"""Why something could not be collected: the reasons, and the words a person acts on (采集问题)."""

from enum import StrEnum


class Reason(StrEnum):
    """What stood in the way. `is_for_a_person` says whether somebody has to read the original."""

    SCANNED = "SCANNED"
    GARBLED = "GARBLED"
    EMPTY = "EMPTY"
    BROKEN = "BROKEN"
    ENCRYPTED = "ENCRYPTED"
    UNSUPPORTED = "UNSUPPORTED"
    TOO_LARGE = "TOO_LARGE"
    LAYOUT = "LAYOUT"
    DISALLOWED = "DISALLOWED"
    ADDRESS = "ADDRESS"
    SILENT = "SILENT"
    STATUS = "STATUS"
    ENDLESS = "ENDLESS"
    GONE = "GONE"

    @property
    def label(self) -> str:
        """The reason in Chinese."""
        return LABELS[self]

    @property
    def is_for_a_person(self) -> bool:
        """Whether the original is kept and waits for somebody to read it."""
        return self in {Reason.SCANNED, Reason.GARBLED, Reason.ENCRYPTED, Reason.LAYOUT}


LABELS = {
    Reason.SCANNED: "扫描件，没有文字层",
    Reason.GARBLED: "文字是乱码",
    Reason.EMPTY: "没有正文",
    Reason.BROKEN: "文件损坏",
    Reason.ENCRYPTED: "文件加密",
    Reason.UNSUPPORTED: "格式不受支持",
    Reason.TOO_LARGE: "超过大小上限",
    Reason.LAYOUT: "页面改版，正文没有取到",
    Reason.DISALLOWED: "网站不允许抓取",
    Reason.ADDRESS: "地址不可访问",
    Reason.SILENT: "网站没有回答",
    Reason.STATUS: "网站回答出错",
    Reason.ENDLESS: "列表翻页没有尽头",
    Reason.GONE: "原网页已经不在",
}


class NotCollected(Exception):
    """It could not be collected; `words` say why and what to do, without inside addresses."""

    def __init__(self, reason: Reason, words: str) -> None:
        """Keep the reason and the words."""
        super().__init__(words)
        self.reason = reason
        self.words = words
