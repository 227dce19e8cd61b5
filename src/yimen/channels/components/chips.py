"""Facts as people see them: a label, a value, where it came from and when (数据来源标签)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from yimen.facts.logic import APPLICANT, SYSTEM, FactDefinition, Sensitivity, label
from yimen.facts.resolver import STATE_LABELS, Reading, State

LOOKS = {State.KNOWN: "", State.DECLARED: "is-declared", State.UNANSWERED: "is-open", State.UNASKED: "is-open"}


@dataclass(frozen=True, slots=True)
class Stand:
    """How an objection to a fact stands (数据异议), in a few words; while it is open there is no second one."""

    text: str
    is_open: bool


@dataclass(frozen=True, slots=True)
class Chip:
    """One fact on a page. `value` is empty where nothing is known; `look` is a class of components.css.

    A hidden value is shown only when asked for: others may look over a shoulder. `says` has what each agency says where
    they contradict each other. `objection` says how an objection to it stands, `objection_path` where one is raised;
    both empty where there is none.
    """

    fact: str
    title: str
    value: str
    source: str
    state_label: str
    as_of: datetime | None
    look: str
    is_locked: bool
    is_hidden: bool = False
    says: tuple[tuple[str, str], ...] = ()
    objection: str = ""
    objection_path: str = ""


OBJECTABLE = frozenset({State.KNOWN, State.ABSENT, State.INVALID, State.CONTRADICTED, State.DECLARED})
"""What a department said, or could have said; where it was silent there is nothing to object to."""


def chips(
    readings: Mapping[str, Reading],
    definitions: Mapping[str, FactDefinition],
    *,
    without: Collection[str] = (),
    hides_sensitive: bool = False,
    objects_at: str = "",
    objections: Mapping[str, Stand] | None = None,
) -> list[Chip]:
    """Return the readings as chips, departments' facts first, in the order they were read.

    `hides_sensitive` folds away what departments say of a sensitive kind (敏感个人信息, 个人信息保护法 art. 28).
    `objects_at` is the address under which each fact has a form to object to it (不对？), empty for none; `objections`
    says by fact how one stands.
    """
    shown = [
        _chip(
            reading,
            definitions[name],
            hides_sensitive=hides_sensitive,
            objects_at=objects_at,
            stand=(objections or {}).get(name),
        )
        for name, reading in readings.items()
        if name not in without
    ]
    return sorted(shown, key=lambda chip: not chip.is_locked)


def _is_objectable(reading: Reading, definition: FactDefinition) -> bool:
    """Tell whether it is a department's word, read from a dataset."""
    return definition.authority not in {APPLICANT, SYSTEM} and bool(reading.dataset) and reading.state in OBJECTABLE


def _chip(
    reading: Reading, definition: FactDefinition, *, hides_sensitive: bool, objects_at: str, stand: Stand | None
) -> Chip:
    is_departments = definition.authority not in {APPLICANT, SYSTEM}
    value = "" if reading.value is None else label(definition, reading.value)
    state = STATE_LABELS[reading.state]
    if reading.state is State.DECLARED and reading.behind:
        state = f"{state}（{STATE_LABELS[reading.behind]}）"
    may_object = bool(objects_at) and _is_objectable(reading, definition) and not (stand and stand.is_open)
    source = reading.agency or ("" if is_departments else "系统" if definition.authority == SYSTEM else "本人填写")
    return Chip(
        fact=reading.fact,
        title=definition.title,
        value=value,
        source=source,
        state_label=state if is_departments else "",
        as_of=reading.as_of,
        look=LOOKS.get(reading.state, "is-silent"),
        is_locked=is_departments,
        is_hidden=hides_sensitive
        and is_departments
        and definition.sensitivity is Sensitivity.SENSITIVE
        and bool(value),
        says=tuple((agency, label(definition, said)) for agency, said in reading.says),
        objection=stand.text if stand else "",
        objection_path=f"{objects_at}{reading.fact}/" if may_object else "",
    )
