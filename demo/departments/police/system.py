"""Start public security's database and load the people into it."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from demo.people import Fault, Person
from yimen.core import postgres

DATABASE = "police"
OWNER = "police_owner"
READER = "exchange_reader"
FOLDER = Path(__file__).parent


def start(home: Path) -> postgres.Server:
    """Start or join the department's own server, its data below `home`; it stops when its last holder lets go."""
    server = postgres.ensure(home)
    server.ensure_role(OWNER)
    server.ensure_role(READER)
    server.ensure_database(DATABASE, owner=OWNER)
    return server


def url(server: postgres.Server) -> str:
    """Return the address at which the exchange may read."""
    return server.url(DATABASE, READER)


def batch(server: postgres.Server) -> str | None:
    """Return the mark of the people it holds; None when it holds nobody yet."""
    if server.execute("SELECT to_regclass('gaxt.yssj_pc') IS NOT NULL", database=DATABASE) != ["t"]:
        return None
    return next(iter(server.execute("SELECT pc FROM gaxt.yssj_pc", database=DATABASE)), None)


def load(server: postgres.Server, people: Sequence[Person], *, mark: str, updated: str) -> None:
    """Replace everybody by `people`, in one transaction: whoever reads meanwhile sees the old or the new, never half.

    `updated` is the department's own time stamp, YYYYMMDDhhmmss.
    """
    parts = [
        (FOLDER / "schema.sql").read_text(encoding="utf-8"),
        *_copy("czrk_jbxx (rybh, gmsfhm, xm, xb_dm, csrq, hh, gxsj)", _residents(people, updated)),
        *_copy("hj_jbxx", _households(people, updated)),
        *_copy("fzjl", _records(people)),
        *_copy("yssj_pc", [(mark,)]),
        (FOLDER / "views.sql").read_text(encoding="utf-8"),
    ]
    server.execute("\n".join(parts), database=DATABASE)


def _residents(people: Sequence[Person], updated: str) -> Iterator[tuple[str, ...]]:
    for place, person in enumerate(people):
        sex = "2" if person.is_female else "1"
        yield (
            f"R{place:022d}",
            person.id_number,
            person.name,
            sex,
            f"{person.birth_date:%Y%m%d}",
            f"H{place:09d}",
            updated,
        )


def _households(people: Sequence[Person], updated: str) -> Iterator[tuple[str | None, ...]]:
    for place, person in enumerate(people):
        division = None if Fault.NO_HOUSEHOLD in person.faults else person.household_division
        yield f"H{place:09d}", division, "1", updated


def _records(people: Sequence[Person]) -> Iterator[tuple[str, ...]]:
    for place, person in enumerate(people):
        if person.has_criminal_record:
            yield f"F{place:019d}", f"R{place:022d}", "050000", f"{person.birth_date.year + 20}0915"


def _copy(into: str, rows: Iterable[Sequence[str | None]]) -> Iterator[str]:
    """Yield the lines of a COPY. No value of ours holds a tab, a backslash or a line end."""
    yield f"COPY gaxt.{into} FROM STDIN;"
    for row in rows:
        yield "\t".join(r"\N" if value is None else value for value in row)
    yield r"\."
