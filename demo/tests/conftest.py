"""The city's own pack over the departments' real systems, for whoever tests against them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest

from demo import city
from demo.people import Person
from yimen.datasets.sources import drops as file_drops
from yimen.datasets.sources import sql
from yimen.items.packs.load import put
from yimen.items.tests.factories import shenzhen
from yimen.parties import services as parties_services
from yimen.parties.models import Organisation
from yimen.parties.models import Person as Registered
from yimen.parties.queries import Standing
from yimen.parties.tests import factories as parties

TODAY = date(2026, 11, 22)
NOW = datetime(2026, 11, 22, 2, tzinfo=UTC)


@pytest.fixture(scope="session")
def departments(tmp_path_factory: pytest.TempPathFactory) -> Iterator[city.City]:
    with city.start(tmp_path_factory.mktemp("departments"), today=TODAY, count=120) as running:
        yield running
        sql.hang_up()
        file_drops.forget()


def connections(environment: Mapping[str, str]) -> dict[str, SimpleNamespace]:
    """Return the departments as settings.YIMEN_SOURCES wants them."""
    prefix = "YIMEN_SOURCE_"
    names = [name for name in environment if not name.endswith("_KEY")]
    return {
        name.removeprefix(prefix).lower(): SimpleNamespace(url=environment[name], key=environment.get(f"{name}_KEY"))
        for name in names
    }


@dataclass
class Street:
    """The platform over the departments, and who is who."""

    departments: city.City

    def invented(self, username: str) -> Person:
        return next(one for one in self.departments.people if one.username == username)

    def person(self, username: str) -> Registered:
        one = self.invented(username)
        return parties_services.register_person(id_number=one.id_number, name=one.name)

    def own(self, username: str) -> Standing:
        return parties.acting(self.person(username))

    def organisation(self, username: str) -> Organisation:
        """Return the organisation this one of the cast represents, and register both."""
        representative = self.person(username)
        one = next(o for o in self.departments.organisations if o.representative.username == username)
        registered = parties_services.register_organisation(code=one.credit_code, name=one.name)
        parties_services.name_representative(registered, representative, starts_on=one.registered_on, at=NOW)
        return registered


@pytest.fixture
def street(departments, settings, tmp_path, db) -> Street:
    settings.YIMEN_SIGNING_KEY = str(tmp_path / "key.pem")
    settings.YIMEN_SOURCES = connections(departments.environment)
    put(shenzhen(), at=NOW)
    return Street(departments)
