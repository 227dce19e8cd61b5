"""Remarks on the nulls the engine makes: data never raises, but it never vanishes silently either."""

from dataclasses import dataclass
from enum import StrEnum


class NoteKind(StrEnum):
    """Why the engine made a null. The value is stable; `SENTENCES` says it in Chinese."""

    NO_RESULT = "no-result"
    WRONG_TYPE = "wrong-type"
    SEVERAL_HITS = "several-hits"
    DIFFERENT_HITS = "different-hits"
    NOT_A_FUNCTION = "not-a-function"
    NO_LOGIC = "no-logic"
    TWO_ENTRIES = "two-entries"
    TOO_LONG = "too-long"
    BROKEN = "broken"


SENTENCES = {
    NoteKind.NO_RESULT: "这些值没有运算结果，按空值处理。",
    NoteKind.WRONG_TYPE: "值不符合声明的类型，按空值处理。",
    NoteKind.SEVERAL_HITS: "表格命中多行，而命中策略要求唯一，按空值处理。",
    NoteKind.DIFFERENT_HITS: "表格命中的几行输出不同，而命中策略要求相同，按空值处理。",
    NoteKind.NOT_A_FUNCTION: "被调用的不是函数，或参数不符，按空值处理。",
    NoteKind.NO_LOGIC: "决策没有写逻辑，按空值处理。",
    NoteKind.TWO_ENTRIES: "上下文中有两个同名的条目，按空值处理。",
    NoteKind.TOO_LONG: "运算超过上限，已停止，按空值处理。",
    NoteKind.BROKEN: "模型的这一处写错了，按空值处理。",
}


@dataclass(frozen=True, slots=True)
class Note:
    """One remark: what happened, in which decision, function or fact, and with which values."""

    kind: NoteKind
    place: str
    values: tuple[object, ...] = ()

    def __str__(self) -> str:
        """Return it as a sentence, without the values: they may be personal."""
        return f"{self.place}：{SENTENCES[self.kind]}"
