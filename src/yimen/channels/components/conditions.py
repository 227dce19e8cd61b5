"""Conditions as people see them: how each stands, its clause, and the values it turned on (条件清单)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from yimen import dmn
from yimen.cases.services import CaseFile, Preparation
from yimen.facts.logic import FactDefinition
from yimen.facts.resolver import Reading
from yimen.rules.logic import ConditionState, Judgement
from yimen.rules.wording import Told, told

MOST = 6
"""How many comparisons of one condition a page shows."""


@dataclass(frozen=True, slots=True)
class ConditionRow:
    """One condition on a page. `checks` is empty while it is open; of more than a page shows, `more` are left out."""

    id: str
    text: str
    clauses: tuple[str, ...]
    state: ConditionState
    checks: tuple[Told, ...] = ()
    more: int = 0


def of_case(opened: CaseFile) -> list[ConditionRow]:
    """Return the conditions of a submitted case as they stood, with the values they turned on."""
    rows = [
        ConditionRow(one["id"], one["text"], tuple(one["clauses"]), ConditionState(one["state"]))
        for one in opened.automatic.conditions
    ]
    return list(_explained(rows, opened.model, opened.readings, opened.definitions))


def of_draft(draft: Preparation) -> list[ConditionRow]:
    """Return the conditions of a draft as they stand now, with the values they turn on."""
    rows = [ConditionRow(one.id, one.text, one.clauses, one.state) for one in draft.judgement.conditions]
    return list(_explained(rows, draft.model, draft.readings, draft.definitions))


def of_judgement(
    judgement: Judgement, model: dmn.Model, known: Mapping[str, object], definitions: Mapping[str, FactDefinition]
) -> list[ConditionRow]:
    """Return the conditions as they stand on these facts, with the values they turn on."""
    rows = [ConditionRow(one.id, one.text, one.clauses, one.state) for one in judgement.conditions]
    return list(_with_checks(rows, model, known, definitions))


def _explained(
    rows: list[ConditionRow],
    model: dmn.Model,
    readings: Mapping[str, Reading],
    definitions: Mapping[str, FactDefinition],
) -> Iterator[ConditionRow]:
    known = {name: reading.value for name, reading in readings.items() if reading.is_known}
    return _with_checks(rows, model, known, definitions)


def _with_checks(
    rows: list[ConditionRow],
    model: dmn.Model,
    known: Mapping[str, object],
    definitions: Mapping[str, FactDefinition],
) -> Iterator[ConditionRow]:
    decided = [row.id for row in rows if row.state is not ConditionState.OPEN]
    checks = told(model, decided, known, definitions)
    for row in rows:
        found = checks.get(row.id, ())
        yield ConditionRow(row.id, row.text, row.clauses, row.state, found[:MOST], max(0, len(found) - MOST))
