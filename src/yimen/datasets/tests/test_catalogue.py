"""The catalogue: an agency registers, the bureau publishes, versions stay, and everything is found by its words."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from yimen.datasets import catalogue, classifying, definitions, services
from yimen.datasets.catalogue import CatalogueFilter
from yimen.datasets.logic import DatasetDefinition, FieldDefinition, GrantDefinition, Registration, validate
from yimen.datasets.models import Dataset, Grant, Proposal
from yimen.datasets.services import BadDefinition, registering
from yimen.datasets.services.registering import InReview, NotTheOwner, NotTheReviewer, StillGranted
from yimen.parties import queries as desks
from yimen.parties import services as parties_services
from yimen.parties.models import Post
from yimen.parties.tests import factories as parties

NOW = datetime(2026, 11, 25, 2, tzinfo=UTC)
TODAY = date(2026, 11, 25)
REGISTRATION = Registration(
    resource_code="101001/000001",
    abstract="常住人口的姓名和出生日期，供办事时核对身份。",
    keywords=("人口", "年龄"),
    category="base",
    subject="人口",
    sharing_condition="一事一查。",
    update_cycle="daily",
    contact="人口数据专员",
    contact_phone="0755-12345",
)
POPULATION = DatasetDefinition(
    "people",
    "人口基本信息",
    parties.POLICE,
    "conditional",
    "sql",
    "police",
    {"relation": "people", "key": "sfz"},
    (FieldDefinition("birth_date", "出生日期", "date", "csrq"), FieldDefinition("name", "姓名", "string", "xm")),
    registration=REGISTRATION,
)


def desk(role=Post.Role.DATA_OFFICER, code=parties.POLICE):
    return desks.desk(parties.desk(role, code), on=TODAY)


@pytest.fixture
def officer(db):
    parties.agency()
    parties.agency(parties.POLICE, "市公安局")
    parties.agency(parties.DATA_BUREAU, "市政务服务和数据管理局")
    return desk()


@pytest.fixture
def steward(officer):
    return desk(Post.Role.DATA_STEWARD, parties.DATA_BUREAU)


def register(officer, steward, definition=POPULATION):
    registering.propose(definition, by=officer, at=NOW)
    registering.submit(definition.code, by=officer, at=NOW)
    return registering.publish(definition.code, by=steward, at=NOW, on=TODAY)


def test_a_dataset_is_registered_by_its_owner_and_published_by_the_bureau(officer, steward):
    registering.propose(POPULATION, by=officer, at=NOW)
    assert Dataset.objects.get().status == "DRAFT"
    registering.submit("people", by=officer, at=NOW)
    assert Dataset.objects.get().status == "SUBMITTED"

    dataset = registering.publish("people", by=steward, at=NOW, on=TODAY)

    assert (dataset.status, dataset.published_on, dataset.version) == ("PUBLISHED", TODAY, 1)
    assert not Proposal.objects.exists()
    assert dataset.versions.get().made_by == steward.actor.label


@pytest.mark.parametrize(
    ("lack", "said"),
    [
        ({"abstract": ""}, "摘要"),
        ({"keywords": ()}, "关键词"),
        ({"resource_code": ""}, "信息资源代码"),
        ({"contact_phone": ""}, "责任人电话"),
        ({"resource_code": "301001/000001"}, "资源属性"),
        ({"resource_code": "101001"}, "顺序码"),
    ],
)
def test_what_the_catalogue_requires_must_be_there_to_submit(officer, lack, said):
    registering.propose(replace(POPULATION, registration=replace(REGISTRATION, **lack)), by=officer, at=NOW)

    with pytest.raises(BadDefinition) as refused:
        registering.submit("people", by=officer, at=NOW)

    assert said in refused.value.detail
    assert Proposal.objects.get().status == "DRAFT"


def test_conditional_sharing_names_its_condition_and_withholding_its_law():
    bare = replace(POPULATION, registration=replace(REGISTRATION, sharing_condition=""))

    assert "sharing_condition" in " ".join(validate(bare))
    assert "legal_ground" in " ".join(validate(replace(bare, sharing="withheld")))
    assert validate(replace(bare, sharing="unconditional")) == []


def test_a_field_may_be_shared_more_strictly_than_its_dataset_never_less():
    laxer = replace(POPULATION, fields=(replace(POPULATION.fields[0], sharing="unconditional"),))
    stricter = replace(POPULATION, fields=(replace(POPULATION.fields[0], sharing="withheld"),))

    assert "只可更严" in " ".join(validate(laxer))
    assert validate(stricter) == []


def test_only_the_owners_data_officer_registers(officer, steward):
    for other in (desk(code=parties.HR), steward, desk(Post.Role.AUDITOR, parties.DATA_BUREAU)):
        with pytest.raises(NotTheOwner):
            registering.propose(POPULATION, by=other, at=NOW)
    register(officer, steward)
    with pytest.raises(NotTheOwner, match="其他部门"):
        registering.propose(replace(POPULATION, agency=parties.HR), by=desk(code=parties.HR), at=NOW)


def test_only_a_steward_publishes_and_never_what_passed_their_own_hands(officer, steward):
    both = parties.desk(Post.Role.DATA_OFFICER, parties.POLICE)
    registering.propose(POPULATION, by=desks.desk(both, on=TODAY), at=NOW)
    registering.submit("people", by=officer, at=NOW)
    with pytest.raises(NotTheReviewer):
        registering.publish("people", by=officer, at=NOW, on=TODAY)

    Post.objects.filter(account=both).update(ends_on=TODAY)
    parties_services.appoint(both, agency_code=parties.DATA_BUREAU, starts_on=TODAY, role=Post.Role.DATA_STEWARD)
    with pytest.raises(NotTheReviewer, match="另一位"):
        registering.publish("people", by=desks.desk(both, on=TODAY), at=NOW, on=TODAY)

    assert registering.publish("people", by=steward, at=NOW, on=TODAY).status == "PUBLISHED"


def test_a_change_waits_for_review_while_what_is_published_stays(officer, steward):
    register(officer, steward)
    fewer = replace(POPULATION, title="人口信息", fields=POPULATION.fields[:1])

    registering.propose(fewer, by=officer, at=NOW)
    registering.submit("people", by=officer, at=NOW)
    seen = catalogue.proposal("people", by=steward, on=TODAY)

    assert Dataset.objects.get().title == "人口基本信息"
    assert Dataset.objects.get().fields.count() == 2
    assert "删除字段“姓名”（name）。" in seen.changes
    assert seen.gone == {"name"}
    assert seen.may_review


def test_a_published_change_is_a_new_version_that_says_what_changed(officer, steward):
    register(officer, steward)
    changed = replace(POPULATION, title="人口信息", registration=replace(REGISTRATION, update_cycle="realtime"))

    register(officer, steward, changed)

    assert [one.number for one in catalogue.page("people", by=officer, on=TODAY).versions] == [2, 1]
    version = catalogue.version("people", 2, by=officer)
    assert version.row.changes == ("资源名称由“人口基本信息”改为“人口信息”。", "更新周期由“每日”改为“实时”。")
    assert version.before is not None
    assert version.before.title == "人口基本信息"


def test_the_same_definition_from_a_pack_makes_no_new_version(officer):
    for _ in range(2):
        services.put_dataset(POPULATION, at=NOW)
    services.put_dataset(replace(POPULATION, timeout_s=3.0), at=NOW)

    assert list(Dataset.objects.get().versions.values_list("number", flat=True)) == [1, 2]
    assert Dataset.objects.get().version == 2


def test_what_is_sent_back_says_why_and_can_be_handed_in_again(officer, steward):
    registering.propose(POPULATION, by=officer, at=NOW)
    registering.submit("people", by=officer, at=NOW)
    with pytest.raises(registering.WordsMissing):
        registering.send_back("people", words=" ", by=steward, at=NOW)
    with pytest.raises(InReview):
        registering.propose(POPULATION, by=officer, at=NOW)

    registering.send_back("people", words="请补充关键词。", by=steward, at=NOW)

    row = catalogue.proposals(officer)[0]
    assert (row.kind, row.status, row.answer) == ("登记", "DRAFT", "请补充关键词。")
    registering.submit("people", by=officer, at=NOW)
    assert [one.code for one in catalogue.proposals(steward)] == ["people"]


def test_a_draft_thrown_away_leaves_nothing(officer):
    registering.propose(POPULATION, by=officer, at=NOW)
    registering.drop("people", by=officer)

    assert not Dataset.objects.exists()
    assert not Proposal.objects.exists()


def test_a_draft_is_seen_by_its_owner_and_the_bureau_only(officer, steward):
    registering.propose(POPULATION, by=officer, at=NOW)

    def found(by):
        return catalogue.search(CatalogueFilter(), by=by, on=TODAY).total

    assert [found(officer), found(steward), found(desk(code=parties.HR)), found(None)] == [1, 1, 0, 0]
    with pytest.raises(catalogue.DatasetNotFound):
        catalogue.page("people", by=desk(code=parties.HR), on=TODAY)


def grant(until=None):
    services.put_grant(GrantDefinition("people", parties.HR, "card", ("birth_date",), "依据", date(2020, 1, 1), until))


def test_a_dataset_with_grants_is_retired_only_when_they_shall_end_with_it(officer, steward):
    register(officer, steward)
    grant()
    day = date(2026, 12, 31)
    words = {"retires_on": day, "reason": "系统下线", "by": officer, "at": NOW, "on": TODAY}
    with pytest.raises(StillGranted, match="1 个授权"):
        registering.propose_retirement("people", ends_grants=False, **words)

    registering.propose_retirement("people", ends_grants=True, **words)
    registering.submit("people", by=officer, at=NOW)
    dataset = registering.publish("people", by=steward, at=NOW, on=TODAY)

    assert (dataset.status, dataset.retired_on) == ("RETIRED", day)
    assert Grant.objects.get().valid_until == day
    with pytest.raises(InReview, match="已停用"):
        registering.propose(POPULATION, by=officer, at=NOW)


def test_a_field_taken_away_or_withheld_is_taken_out_of_every_grant(officer, steward):
    register(officer, steward)
    grant()
    services.put_grant(
        GrantDefinition("people", parties.HR, "reception", ("birth_date", "name"), "依据", date(2020, 1, 1))
    )

    register(officer, steward, replace(POPULATION, fields=POPULATION.fields[1:]))

    left = {one.item: (list(one.fields), one.valid_until) for one in Grant.objects.all()}
    assert left == {"card": (["birth_date"], TODAY), "reception": (["name"], None)}
    register(officer, steward, replace(POPULATION, fields=(replace(POPULATION.fields[1], sharing="withheld"),)))
    assert Grant.objects.get(item="reception").valid_until == TODAY


def test_a_retirement_is_the_last_version_with_who_asked_and_why(officer, steward):
    register(officer, steward)
    registering.propose_retirement(
        "people", retires_on=TODAY, reason="系统下线", ends_grants=True, by=officer, at=NOW, on=TODAY
    )
    registering.submit("people", by=officer, at=NOW)
    registering.publish("people", by=steward, at=NOW, on=TODAY)

    last = catalogue.version("people", 2, by=officer).row
    assert last.changes == ("自 2026-11-25 起停用。",)
    assert (last.proposed_by, last.reason) == (officer.actor.label, "系统下线")


def test_a_retirement_names_a_day_to_come_and_a_reason(officer, steward):
    register(officer, steward)
    ask = {"ends_grants": True, "by": officer, "at": NOW, "on": TODAY}

    with pytest.raises(BadDefinition, match="已经过去"):
        registering.propose_retirement("people", retires_on=date(2026, 11, 24), reason="下线", **ask)
    with pytest.raises(BadDefinition, match="理由"):
        registering.propose_retirement("people", retires_on=TODAY, reason=" ", **ask)


def test_two_datasets_never_share_a_resource_code(officer, steward):
    register(officer, steward)
    registering.propose(replace(POPULATION, code="again"), by=officer, at=NOW)

    with pytest.raises(BadDefinition, match="已被使用"):
        registering.submit("again", by=officer, at=NOW)


@pytest.mark.parametrize(
    "text", ["人口", "出生日期", "公安", "people", "基本信息 人口", "核对身份", "csrq", "101001/000001", "人口基"]
)
def test_a_dataset_is_found_by_the_words_of_its_title_fields_agency_and_abstract(officer, text):
    services.put_dataset(POPULATION)
    services.put_dataset(
        replace(
            POPULATION,
            code="cards",
            title="社保卡账户",
            agency=parties.HR,
            fields=(FieldDefinition("bank", "开户银行", "string", "khyh"),),
            registration=Registration(sharing_condition="仅限发放待遇"),
        )
    )

    found = catalogue.search(CatalogueFilter(text=text), by=officer, on=TODAY)

    assert [row.code for row in found.rows] == ["people"]


@pytest.mark.parametrize("text", ["'; DROP TABLE", "&|!():*", "\x00", "不存在的词语", "x" * 5000, "人口 & ! 银行"])
def test_whatever_is_typed_into_the_search_is_words(officer, text):
    services.put_dataset(POPULATION)

    assert catalogue.search(CatalogueFilter(text=text), by=officer, on=TODAY).total in {0, 1}


def test_filters_narrow_and_a_page_beyond_the_last_is_the_last(officer):
    services.put_dataset(POPULATION)

    def codes(**wanted):
        return [row.code for row in catalogue.search(CatalogueFilter(**wanted), by=officer, on=TODAY).rows]

    assert codes(agency=parties.POLICE, category="BASE", sharing="CONDITIONAL", subject="人口", page=99) == ["people"]
    assert codes(agency=parties.HR) == codes(sharing="WITHHELD") == codes(status="RETIRED") == []


def test_the_catalogues_cost_does_not_grow_with_its_datasets(officer, django_assert_max_num_queries):
    for number in range(12):
        services.put_dataset(replace(POPULATION, code=f"people-{number}"))

    with django_assert_max_num_queries(6):
        assert catalogue.search(CatalogueFilter(text="人口"), by=officer, on=TODAY).total == 12


def test_a_definition_survives_json():
    assert definitions.from_json(definitions.to_json(POPULATION)) == POPULATION


@pytest.mark.parametrize(
    ("path", "levels"),
    [("3", ["3"]), ("307001", ["3", "307", "307001"]), ("3070010", ["3", "307", "307001", "3070010"]), ("30", ["3"])],
)
def test_a_class_code_says_every_class_above_it(path, levels):
    assert classifying.levels(path) == levels


def test_a_resource_code_stands_in_classes_there_are():
    known = {"1": "基础信息资源", "101": "人口", "101001": "人口基本信息"}

    assert classifying.code_problems("101001/1", "base", known) == []
    assert "102" in classifying.code_problems("102001/1", "base", known)[0]
    assert classifying.code_problems("102001/1", "base", {}) == []
    assert classifying.class_problems(classifying.ClassDefinition("10", "x"), known)
    assert classifying.class_problems(classifying.ClassDefinition("201", "x"), known)
