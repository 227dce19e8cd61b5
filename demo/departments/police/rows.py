"""What public security holds of the people."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from demo.departments.database import Database, Row
from demo.life import Life
from demo.people import Fault, Person

DATABASE = Database("police", "gaxt", Path(__file__).parent)


def tables(people: Sequence[Person], lives: Mapping[str, Life], *, updated: str) -> Mapping[str, Iterator[Row]]:
    """Return the rows by table; `updated` is the department's own time stamp, YYYYMMDDhhmmss."""
    return {
        "czrk_jbxx (rybh, gmsfhm, xm, xb_dm, csrq, hh, rylb_dm, swbs, gxsj)": _residents(people, lives, updated),
        "hj_jbxx": _households(people, updated),
        "hj_qs": _kin(people, lives, updated),
        "jzdj": _residence(people, lives, updated),
        "fzjl": _records(people),
    }


def _residents(people: Sequence[Person], lives: Mapping[str, Life], updated: str) -> Iterator[Row]:
    for place, person in enumerate(people):
        life = lives[person.id_number]
        yield (
            f"R{place:022d}",
            person.id_number,
            person.name,
            "2" if person.is_female else "1",
            f"{person.birth_date:%Y%m%d}",
            f"H{place:09d}",
            life.identity,
            "0" if life.is_alive else "1",
            updated,
        )


def _households(people: Sequence[Person], updated: str) -> Iterator[Row]:
    for place, person in enumerate(people):
        division = None if Fault.NO_HOUSEHOLD in person.faults else person.household_division
        yield f"H{place:09d}", division, "1", updated


def _kin(people: Sequence[Person], lives: Mapping[str, Life], updated: str) -> Iterator[Row]:
    for place, person in enumerate(people):
        yield f"R{place:022d}", "1" if lives[person.id_number].has_child_here else "0", updated


def _residence(people: Sequence[Person], lives: Mapping[str, Life], updated: str) -> Iterator[Row]:
    for place, person in enumerate(people):
        life = lives[person.id_number]
        since = f"{life.resident_since:%Y%m%d}" if life.resident_since else None
        yield f"R{place:022d}", life.permit, since, updated


def _records(people: Sequence[Person]) -> Iterator[Row]:
    for place, person in enumerate(people):
        if person.has_criminal_record:
            yield f"F{place:019d}", f"R{place:022d}", "050000", f"{person.birth_date.year + 20}0915"
