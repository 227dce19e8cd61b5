"""The demo city's departments: started, silenced, stopped together.

with city.start(home, today=date.today()) as departments:
    environment = departments.environment      # what the platform needs to reach them
    departments.pause("education")             # the source goes silent, for real
"""

import secrets
import shutil
import signal
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from types import TracebackType
from typing import Self

from demo import cast
from demo.departments import civil, credit, education, finance, housing, market, register, tax
from demo.departments.database import Database
from demo.departments.industry import rows as industry
from demo.departments.police import rows as police
from demo.departments.process import DepartmentDown, Process
from demo.departments.reform import rows as reform
from demo.departments.register import Row, Table
from demo.departments.social import rows as social
from demo.departments.treasury.running import RunningTreasury
from demo.enterprises import Enterprise, enterprises
from demo.life import Life, life_of
from demo.organisations import Organisation, Project, organisations, projects
from demo.people import COUNT, SEED, Person
from yimen.core import postgres
from yimen.core.postgres import Server

__all__ = ["City", "DepartmentDown", "start"]

FORMAT = "3"
"""Raised whenever the stores' shape or the way people are made changes, so that kept data are made anew."""
TREASURY_FAULTS = {"seed": 7, "silent_after": 10, "double_receipt": 10}
"""How the treasury of the demo fails: nobody notices, which is the point."""
ROOT = Path(__file__).resolve().parents[1]
Progress = Callable[[str, int, int], None]
"""Called with what is being done (Chinese), how much of it is done, and how much there is."""


@dataclass(slots=True)
class City:
    """The running departments. Whoever holds it stops them; if this process is killed, they end by themselves."""

    people: list[Person]
    lives: Mapping[str, Life]
    organisations: list[Organisation]
    enterprises: Mapping[str, Enterprise]
    projects: list[Project]
    environment: dict[str, str]
    drops: Path
    _server: Server
    _services: dict[str, Process]

    def pause(self, department: str) -> None:
        """Silence a department that answers over HTTP: its process is stopped and answers nobody until it is resumed.

        Raises:
            ValueError: there is no such department, or it is a database or a folder.
        """
        self._service(department).popen.send_signal(signal.SIGSTOP)

    def resume(self, department: str) -> None:
        """Let it speak again."""
        self._service(department).popen.send_signal(signal.SIGCONT)

    def stop(self) -> None:
        """Stop everything; a second call does nothing."""
        for service in self._services.values():
            service.end()
        self._server.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _service(self, department: str) -> Process:
        if department not in self._services:
            raise ValueError(f"只有 {'、'.join(self._services)} 可以暂停，收到 {department}")
        return self._services[department]


def start(home: Path, *, today: date, count: int = COUNT, seed: int = SEED, progress: Progress | None = None) -> City:
    """Start the departments, their data below `home`, made on the first start and kept while day, seed and count match.

    Call it from a thread that lives as long as the city: the services' processes end with the thread that started them.

    Raises:
        PostgresError: the departments' database server does not start.
        DepartmentDown: a service does not start.
    """
    told: Progress = progress or (lambda _what, _done, _total: None)
    people = cast.population(
        today=today, count=count, seed=seed, progress=lambda done, total: told("生成虚构人口", done, total)
    )
    lives = {one.id_number: life_of(one, today=today, seed=seed) for one in people}
    firms = organisations(people, today=today, seed=seed)
    known = enterprises(firms, today=today, seed=seed)
    plans = projects(firms, seed=seed)
    mark = f"{FORMAT}:{seed}:{count}:{today}"
    night = today - timedelta(days=1)
    as_of, updated = f"{night}T23:00:00+08:00", f"{night:%Y%m%d}220000"
    services_rows: dict[str, tuple[Mapping[str, Table], Callable[[], Mapping[str, Iterable[Row]]]]] = {
        "education": (education.TABLES, lambda: education.rows(people, lives, as_of=as_of)),
        "market": (market.TABLES, lambda: market.rows(people, lives, firms, known, as_of=as_of)),
        "housing": (housing.TABLES, lambda: housing.rows(lives, plans, known, as_of=as_of)),
        "tax": (tax.TABLES, lambda: tax.rows(firms, known, as_of=as_of)),
        "finance": (finance.TABLES, lambda: finance.rows(firms, known, as_of=as_of)),
    }
    stores = {name: home / name / "register.sqlite3" for name in services_rows}
    files = len(stores) + 2
    for place, (name, (tables, rows)) in enumerate(services_rows.items()):
        told("写入部门的服务和文件", place, files)
        if register.batch(stores[name]) != mark:
            register.build(stores[name], tables, rows(), mark=mark)
    drops, roster = home / "drops", home / "credit"
    told("写入部门的服务和文件", files - 2, files)
    if civil.batch(drops) != mark:
        civil.drop(drops, people, lives, mark=mark, as_of=as_of, today=today)
    told("写入部门的服务和文件", files - 1, files)
    if credit.batch(roster) != mark:
        credit.drop(roster, known, mark=mark, as_of=as_of)
    told("写入部门的服务和文件", files, files)
    server = postgres.ensure(home / "databases")
    services: dict[str, Process] = {}
    try:
        databases: tuple[tuple[Database, Callable[[], Mapping[str, Iterable[Sequence[str | None]]]]], ...] = (
            (police.DATABASE, lambda: police.tables(people, lives, updated=updated)),
            (social.DATABASE, lambda: social.tables(lives, firms, known, updated=updated)),
            (reform.DATABASE, lambda: reform.tables(plans, updated=updated)),
            (industry.DATABASE, lambda: industry.tables(known, updated=updated)),
        )
        environment = {
            "YIMEN_SOURCE_CIVIL": drops.resolve().as_uri(),
            "YIMEN_SOURCE_CREDIT": roster.resolve().as_uri(),
        }
        for place, (database, rows_of) in enumerate(databases):
            told("载入部门的数据库", place, len(databases))
            _hold(server, database, rows_of, mark)
            environment[f"YIMEN_SOURCE_{database.name.upper()}"] = database.url(server)
        told("载入部门的数据库", len(databases), len(databases))
        keys = {name: secrets.token_urlsafe(24) for name in stores}
        for name, store in stores.items():  # they start side by side; then each is waited for
            services[name] = Process.launch(name, store, key=keys[name])
        for name in stores:
            services[name] = services[name].ready()
            environment[f"YIMEN_SOURCE_{name.upper()}"] = f"http://127.0.0.1:{services[name].port}"
            environment[f"YIMEN_SOURCE_{name.upper()}_KEY"] = keys[name]
        shutil.rmtree(home / "treasury", ignore_errors=True)  # the platform begins anew as well
        treasury = RunningTreasury.start(
            home / "treasury",
            key=secrets.token_urlsafe(24),
            payment_key=home / "treasury" / "payment-signing-key.pem",
            faults=TREASURY_FAULTS,
        )
        services["treasury"] = treasury.process
        environment.update(treasury.environment)
    except BaseException:
        for service in services.values():
            service.end()
        server.release()
        raise
    return City(people, lives, firms, known, plans, environment, drops, server, services)


def _hold(
    server: Server, database: Database, rows: Callable[[], Mapping[str, Iterable[Sequence[str | None]]]], mark: str
) -> None:
    """See to it that the database holds the rows of this mark."""
    database.ensure(server)
    if database.batch(server) != mark:
        database.load(server, rows(), mark=mark)
