"""Every address of the site, visited by those it does not belong to: nothing that is not theirs, and no 500."""

from datetime import timedelta
from itertools import product
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from yimen.cases import services
from yimen.cases.models import Case, Offer
from yimen.cases.tests.factories import NOW, World
from yimen.datasets.models import Grant, Objection, QualityRun
from yimen.datasets.services import raise_objection
from yimen.ledger import services as ledger
from yimen.ledger.models import Entry
from yimen.licences.models import Licence
from yimen.notices import services as notices
from yimen.notices.logic import Draft
from yimen.notices.models import Channel, Notice
from yimen.parties import services as services_of_parties
from yimen.parties.models import Mandate
from yimen.parties.tests import factories as parties
from yimen.policies.models import Application, Award, Beneficiary, BeneficiaryList, Opinion, Subscription
from yimen.policies.tests import factories as policies
from yimen.policies.tests.handling import handled
from yimen.ratings.models import Rating
from yimen.ratings.services import Said, rate_case
from yimen.tasks.models import Task

BACKEND = "yimen.config.backends.AccountBackend"
pytestmark = pytest.mark.django_db


def addresses(resolver=None, prefix=""):
    """Every pattern of the site, as written."""
    for one in (resolver or get_resolver()).url_patterns:
        path = prefix + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from addresses(one, path)
        elif isinstance(one, URLPattern):
            yield path


ADDRESSES = sorted(addresses())
LOOKS = {200, 302, 303, 400, 401, 403, 404, 405, 409, 415, 422}


@pytest.fixture
def owned(settings, tmp_path):
    """One person with a case that was approved, its licence, an offer and a mandate given."""
    settings.YIMEN_SIGNING_KEY = str(tmp_path / "key.pem")
    settings.YIMEN_LEDGER_KEY = str(tmp_path / "ledger.pem")
    settings.YIMEN_LEDGER_HEADS = str(tmp_path / "heads.jsonl")
    settings.YIMEN_DEMO = True
    world = World(settings)
    owner = world.person()
    case = services.start("reception", by=parties.acting(owner), at=NOW)
    answers = {"person.fit": "true", "application.settle": "collective"}
    services.submit(case.pk, answers, by=parties.acting(owner), at=NOW)
    Offer.objects.create(
        applicant=owner, item_slug="reception", status=Offer.Status.OFFERED, checked_on=NOW.date(), offered_at=NOW
    )
    Mandate.objects.create(
        principal=owner,
        agent=parties.person("受托人"),
        role=Mandate.Role.RELATIVE,
        starts_on=NOW.date(),
        ends_on=NOW.date() + timedelta(days=9),
        given_at=NOW,
    )
    notices.notify([Draft(owner.pk, "k", "policy", "只给我的消息", link="/me/")], at=NOW)
    Channel.objects.create(
        recipient=owner, kind="webhook", address=b"x", address_key_id="x", label="只给我的通道", added_at=NOW
    )
    Subscription.objects.create(party=owner, keywords=["只给我的订阅"], made_at=NOW)
    rate_case(case.pk, Said("5", words="只给我的评价"), by=parties.acting(owner), at=NOW)
    QualityRun.objects.create(dataset_id="education", source="批量取数", started_at=NOW, actor_label="x")
    value = services.value_as_applicant(case.pk, "person.graduated_on", by=parties.acting(owner), at=NOW)
    raise_objection(value.disputed, words="430102 写错了", expected="", by=parties.acting(owner).actor, at=NOW)
    policies.published()
    handled(owner, case)
    ledger.seal(at=NOW)
    return world, owner, Case.objects.get(), Licence.objects.get()


def filled(path, case, licence):
    """The pattern with the owner's own case and licence in it."""
    values = {
        "<uuid:application_id>": str(Application.objects.get().pk),
        "<uuid:list_id>": str(BeneficiaryList.objects.get().pk),
        "<int:award_id>": str(Award.objects.get().pk),
        "<int:row_id>": str(Beneficiary.objects.get().pk),
        "<int:opinion_id>": str(Opinion.objects.get().pk),
        "policies/<slug:slug>": "policies/steady-reward",
        "<slug:measure>": "m1",
        "<int:text_id>": "1",
        "<int:proposal_id>": "1",
        "<int:document_id>": "1",
        "<int:trouble_id>": "1",
        "<str:digest>": "0" * 64,
        "<uuid:case_id>": str(case.pk),
        "<uuidstr:case_id>": str(case.pk),
        "<uuid:licence_id>": str(licence.pk),
        "<uuidstr:licence_id>": str(licence.pk),
        "<str:name>": "person.degree",
        "<str:identifier>": "person.name",
        "<slug:identifier>": "sex",
        "<str:fact>": "person.graduated_on",
        "<uuid:run_id>": str(QualityRun.objects.get().pk),
        "<uuid:notice_id>": str(Notice.objects.get().pk),
        "<uuid:channel_id>": str(Channel.objects.get().pk),
        "<uuid:subscription_id>": str(Subscription.objects.get().pk),
        "<uuid:rating_id>": str(Rating.objects.get().pk),
        "<uuid:task_id>": str(Task.objects.get().pk),
        "<slug>": "reception",
        "<code>": licence.verification_code,
        "<slug:slug>": "reception",
        "console/datasets/<slug:code>": "console/datasets/population",
        "console/reviews/<slug:code>": "console/reviews/population",
        "<slug:code>": licence.verification_code,
        "<int:number>": "1",
        "<slug:form>": "ttl",
        "<int:offer_id>": str(Offer.objects.get().pk),
        "<int:entry_id>": str(Entry.objects.filter(kind=Entry.Kind.READ).latest("pk").pk),
        "<slug:name>": "a-source",
        "<int:mandate_id>": str(Mandate.objects.get().pk),
        "<int:grant_id>": str(Grant.objects.latest("pk").pk),
        "<uuid:request_id>": str(uuid4()),
        "<uuid:batch_id>": str(uuid4()),
        "<uuid:payment_id>": str(uuid4()),
    }
    for name, value in values.items():
        path = path.replace(name, value)
    assert "<" not in path, f"{path}: say here what stands in for this part"
    return "/" + path


def visitors(world):
    stranger, other, officer = Client(), Client(), Client()
    other.force_login(parties.citizen(parties.person("欧阳不相干")), backend=BACKEND)
    officer.force_login(parties.officer(parties.POLICE), backend=BACKEND)
    program = program_of(parties.citizen(parties.person("司徒不相干")), "another-app")
    return {
        "stranger": stranger,
        "another citizen": other,
        "another agency's officer": officer,
        "another citizen's program": program,
    }


METHODS = ("get", "post", "put", "delete")


@pytest.mark.parametrize("path", ADDRESSES)
def test_nobody_sees_or_changes_what_is_not_theirs(owned, path):
    world, owner, case, licence = owned
    before = Case.objects.filter(applicant=owner).values_list("status", "answers", "concluded_at").get()
    address = filled(path, case, licence)

    for (who, client), method in product(visitors(world).items(), METHODS):
        form = {"person.fit": "false", "approve": "false", "reason": "不应当能够作出的决定", "username": "x"}
        answer = getattr(client, method)(address, form) if method == "post" else getattr(client, method)(address)

        assert answer.status_code in LOOKS, f"{who} {method} {address}"
        shown = answer.content.decode(errors="replace")
        for secret in (owner.name, owner.id_number, str(case.number), "430102", "只给我的"):
            if "/accounts/demo/" not in address:
                assert secret not in shown, f"{who} {method} {address} shows what is not theirs"
    assert Case.objects.filter(applicant=owner).values_list("status", "answers", "concluded_at").get() == before
    assert Offer.objects.get().status == Offer.Status.OFFERED
    assert Mandate.objects.get().ends_on > NOW.date()
    assert Objection.objects.get().status == Objection.Status.OPEN
    assert Task.objects.get().status == Task.Status.OPEN
    assert QualityRun.objects.count() == 1
    assert Notice.objects.get().read_at is None
    assert Channel.objects.get().removed_at is None
    assert Subscription.objects.get().ended_at is None
    assert Rating.objects.get().answer == ""
    assert Beneficiary.objects.get().status == Beneficiary.Status.LISTED
    assert not Beneficiary.objects.get().objections.exists()
    assert BeneficiaryList.objects.get().status == BeneficiaryList.Status.NOTICE
    assert Award.objects.get().account is None
    assert Opinion.objects.get().verdict == ""


@pytest.mark.parametrize(
    "path",
    [
        path
        for path in ADDRESSES
        if not path.startswith(("api/", "policies/notices/"))  # what is public is anybody's to read
        and ("<uuid" in path or path.startswith(("me/", "cases/", "inbox/", "licences/", "workbench/")))
    ],
)
def test_a_stranger_is_asked_to_sign_in_and_another_citizen_finds_nothing(owned, path):
    world, _, case, licence = owned
    address = filled(path, case, licence)
    people = visitors(world)

    assert people["stranger"].get(address).status_code in {302, 405, 200 if path == "me/" else 302}
    if "<uuid" in path and not path.startswith(("api/", "console/", "workbench/")):
        assert people["another citizen"].get(address).status_code in {404, 405}


@pytest.mark.parametrize("path", ADDRESSES)
def test_what_does_not_exist_is_not_found_and_never_a_fault(owned, path):
    world, _, case, licence = owned
    address = filled(path, case, licence)
    for real, invented in ((str(case.pk), str(uuid4())), (str(licence.pk), str(uuid4())), ("reception", "nothing")):
        address = address.replace(real, invented)

    for client in visitors(world).values():
        assert client.get(address).status_code in LOOKS


@pytest.mark.parametrize(
    "address",
    [
        "/cases/not-a-uuid/",
        "/items/%00/",
        "/items/..%2f..%2fetc/",
        "/verify/%E4%B8%AD/",
        "/" + "x" * 3000,
        "/cases/%FF/",
    ],
)
def test_a_malformed_address_is_not_found(owned, address):
    assert Client().get(address).status_code == 404


@pytest.mark.parametrize("address", [f"/offers/{10**30}/accept", f"/me/mandates/{10**30}/end"])
def test_a_number_beyond_all_numbers_is_not_found(owned, address):
    client = visitors(owned[0])["another citizen"]

    assert client.post(address).status_code == 404


def test_the_policy_of_content_forbids_foreign_and_inline_scripts(owned):
    policy = Client().get("/")["Content-Security-Policy"]

    assert "default-src 'none'" in policy
    assert "unsafe-inline" not in policy


API = [path for path in ADDRESSES if path.startswith("api/v1/")]


def program_of(account, client: str) -> Client:
    now = timezone.now()
    services_of_parties.register_client(client, name="应用", at=now)
    _, token = services_of_parties.issue_token(client, account=account, scopes=["read", "file"], days=1, at=now)
    return Client(headers={"Authorization": f"Bearer {token}"})


@pytest.mark.parametrize("path", [path for path in API if "<uuid" in path])
@pytest.mark.parametrize("whose", ["another citizen's", "the owner's, of another client"])
def test_a_foreign_token_finds_nothing_whatever_it_sends(owned, path, whose):
    _, owner, case, licence = owned
    account = parties.citizen(owner if whose.startswith("the owner") else parties.person("司徒不相干"))
    program = program_of(account, "another-app")
    address = filled(path, case, licence)
    bodies = [{"answers": {"person.fit": "false"}}, {"reason": "不应当能够要求的复核"}]

    answers = [program.get(address)]
    answers += [
        getattr(program, method)(address, body, content_type="application/json")
        for method in ("post", "patch")
        for body in bodies
    ]

    found = {one.status_code for one in answers} - {404, 405, 422}
    assert found == ({200} if whose.startswith("the owner") and "licence" in path else set())
    assert 404 in {one.status_code for one in answers} or found
    assert Case.objects.get(pk=case.pk).review_requested_at is None


@pytest.mark.parametrize("path", [path for path in API if "openapi" not in path])
def test_the_api_asks_everybody_for_a_token(owned, path):
    _, _, case, licence = owned
    people = visitors(owned[0])

    assert people["stranger"].get(filled(path, case, licence)).status_code in {401, 404, 405}
    if "<uuid" in path:
        assert people["another citizen's program"].get(filled(path, case, licence)).status_code in {404, 405}
