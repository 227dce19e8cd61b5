"""The department's own store: one SQLite file, written once, then only read."""

import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import closing
from pathlib import Path

from demo.people import Degree, Education, Fault, Level, Mode, Person

FIELDS = ("name", "education_code", "degree_code", "study_form_code", "graduated_on", "verified")

EDUCATION_CODES = {
    Level.DOCTORATE: "11",
    Level.MASTER: "14",
    Level.BACHELOR: "21",
    Level.JUNIOR_COLLEGE: "31",
    Level.TECHNICAL_SECONDARY: "41",
    Level.SENIOR_HIGH: "61",
    Level.JUNIOR_HIGH: "71",
    Level.PRIMARY: "81",
}
DEGREE_CODES = {Degree.DOCTOR: "2", Degree.MASTER: "3", Degree.BACHELOR: "4", Degree.NONE: "0"}
STUDY_FORM_CODES = {Mode.FULL_TIME: "1", Mode.PART_TIME: "2", Mode.OVERSEAS: "3"}
NO_SUCH_EDUCATION_CODE = "99"
NO_SUCH_DATE = "20190231"

SCHEMA = """
CREATE TABLE batch (mark TEXT NOT NULL);
CREATE TABLE graduates (
    id_number TEXT PRIMARY KEY, name TEXT, education_code TEXT, degree_code TEXT, study_form_code TEXT,
    graduated_on TEXT, verified TEXT, as_of TEXT NOT NULL
) WITHOUT ROWID;
"""


def batch(path: Path) -> str | None:
    """Return the mark of the people the store holds; None when there is no store."""
    if not path.exists():
        return None
    with closing(_opened(path)) as store:
        row = store.execute("SELECT mark FROM batch").fetchone()
    return None if row is None else str(row[0])


def build(path: Path, people: Iterable[Person], *, mark: str, as_of: str) -> None:
    """Write the store anew beside its place and move it there, so that a reader never meets half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".new")
    draft.unlink(missing_ok=True)
    with closing(sqlite3.connect(draft)) as store, store:
        store.executescript(SCHEMA)
        store.execute("INSERT INTO batch VALUES (?)", [mark])
        store.executemany(
            "INSERT INTO graduates VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                (person.id_number, *_record(person, person.education), as_of)
                for person in people
                if person.education is not None and Fault.NOT_IN_EDUCATION not in person.faults
            ),
        )
    draft.replace(path)


def _record(person: Person, education: Education) -> tuple[str | None, ...]:
    """Return the department's copy, in its own codes and with its own faults."""
    faults = person.faults
    name = f"{person.name[0]}晓{person.name[-1]}" if Fault.OTHER_NAME in faults else person.name
    level = NO_SUCH_EDUCATION_CODE if Fault.NO_SUCH_LEVEL in faults else EDUCATION_CODES[education.level]
    day: str | None = f"{education.graduated_on:%Y%m%d}"
    if Fault.NO_GRADUATION_DATE in faults:
        day = None
    if Fault.NO_SUCH_DATE in faults:
        day = NO_SUCH_DATE
    verified = "Y" if education.is_verified else "N"
    return name, level, DEGREE_CODES[education.degree], STUDY_FORM_CODES[education.mode], day, verified


def reader(path: Path) -> sqlite3.Connection:
    """Return a connection that can only read."""
    return _opened(path)


def find(store: sqlite3.Connection, id_number: str, fields: Sequence[str]) -> dict[str, str | None] | None:
    """Return the asked fields of somebody and `as_of`; None when there is no record.

    `fields` must be among FIELDS: they become part of the statement.
    """
    columns = (*fields, "as_of")
    row = store.execute(f"SELECT {', '.join(columns)} FROM graduates WHERE id_number = ?", [id_number]).fetchone()  # noqa: S608 - only names from FIELDS
    return None if row is None else dict(zip(columns, row, strict=True))


def _opened(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)
