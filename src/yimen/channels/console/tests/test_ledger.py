"""The auditor sees who read what, never about whom; an agency sees who reads its own data."""

import pytest
from django.test import Client

from yimen.cases import services
from yimen.cases.models import Case
from yimen.cases.tests.factories import NOW, World
from yimen.ledger import services as ledger
from yimen.parties.models import Post
from yimen.parties.tests import factories as parties

BACKEND = "yimen.config.backends.AccountBackend"
ADDRESS = "/console/ledger/"
pytestmark = pytest.mark.django_db


@pytest.fixture
def read(settings, tmp_path):
    """Somebody whose data were read for a case."""
    settings.YIMEN_SIGNING_KEY = str(tmp_path / "key.pem")
    settings.YIMEN_LEDGER_KEY = str(tmp_path / "ledger.pem")
    settings.YIMEN_LEDGER_HEADS = str(tmp_path / "heads.jsonl")
    world = World(settings)
    person = world.person()
    case = services.start("reception", by=parties.acting(person), at=NOW)
    services.submit(
        case.pk, {"person.fit": "true", "application.settle": "collective"}, by=parties.acting(person), at=NOW
    )
    assert Case.objects.get().concluded_at
    return person


def seat(role, code=parties.HR):
    client = Client()
    client.force_login(parties.desk(role, code), backend=BACKEND)
    return client


def page(client, **filters):
    answer = client.get(ADDRESS, filters)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_auditor_sees_each_read_with_its_purpose_but_not_whose_data_it_was(read):
    shown = page(seat(Post.Role.AUDITOR))

    assert "办理“" in shown
    assert "已读取" in shown
    for secret in (read.name, read.id_number, str(read.pk)):
        assert secret not in shown


def test_an_agency_sees_who_reads_its_own_data_and_nothing_else(read):
    police, education = page(seat(Post.Role.DATA_OFFICER, parties.POLICE)), page(seat(Post.Role.DATA_OFFICER))

    assert "已读取" in police
    assert "没有留痕" in education


def test_rows_are_filtered_by_day_and_result_and_what_makes_no_sense_is_no_filter(read):
    auditor = seat(Post.Role.AUDITOR)

    assert "没有留痕" in page(auditor, until="2020-01-01")
    assert "没有留痕" in page(auditor, result="SILENT")
    assert "已读取" in page(auditor, since=f"{NOW:%Y-%m-%d}", result="OK")
    assert "已读取" in page(auditor, since="昨天", until="0001-01-01", before="x" * 50)
    assert "没有留痕" in page(auditor, dataset="\x00no")


def test_the_auditor_sees_what_is_sealed_and_what_waits(read):
    auditor = seat(Post.Role.AUDITOR)
    assert "· 待封存" in page(auditor)

    ledger.seal(at=NOW)

    assert "· 待封存" not in page(auditor)
