"""From a text to a draft: proposed, confirmed or changed or rejected by a policy officer, one by one."""

from dataclasses import replace

import pytest

from yimen import dmn
from yimen.facts import services as facts
from yimen.facts.logic import APPLICANT, SYSTEM, FactDefinition, FactType
from yimen.parties.models import Post
from yimen.parties.queries import desk as desk_of
from yimen.parties.tests import factories as parties
from yimen.policies import proposals, services
from yimen.policies.decomposing.drafting import Choices
from yimen.policies.decomposing.kept import KeptMeasure, from_json
from yimen.policies.decomposing.reading import TextRefused
from yimen.policies.decomposing.rule_model import RuleRefused
from yimen.policies.models import DecomposedText, MeasureProposal
from yimen.policies.services import Change, ConditionChange
from yimen.policies.tests.factories import AT, officer
from yimen.rules.logic import Given, Verdict, judge

pytestmark = pytest.mark.django_db
State = MeasureProposal.State
TEXT = """深圳市人力资源和社会保障局关于开展稳健经营奖励的通知

深人社样〔2026〕8号

各有关单位：

一、奖励对象
在本市依法注册、登记状态正常的企业。

二、奖励标准
（一）稳健奖励。对资产负债率不高于70%的企业，一次性奖励20万元。
（二）声誉奖励。对享有较高声誉且营业收入1000万元以上的企业，一次性奖励5万元。

三、不予奖励的情形
有下列情形之一的，不予奖励：
1.被列入经营异常名录；
2.行业内口碑不良。

四、申报时间
2026年4月1日至2026年5月31日。

本通知自2026年4月1日起施行，有效期三年。

深圳市人力资源和社会保障局
2026年3月1日
"""
CHOICES = Choices("steady-reward", "企业培育奖补", "注册地在深圳的企业")


@pytest.fixture(autouse=True)
def agencies():
    """Both agencies of these stories."""
    parties.agency()
    parties.agency(parties.POLICE, "市公安局")


def known(*names: str, authority: str = parties.HR) -> None:
    """Put these facts into the dictionary, owned by this agency."""
    kinds = {"org.debt_ratio": FactType.NUMBER, "org.revenue": FactType.NUMBER, "org.abnormal_list": FactType.BOOLEAN}
    for name in names:
        facts.put_fact(FactDefinition(name, name, kinds.get(name, FactType.STRING), authority))


ALL = ("org.registered_division", "org.status", "org.debt_ratio", "org.revenue", "org.abnormal_list")


def as_it_is(kept: KeptMeasure) -> Change:
    conditions = {one.id: ConditionChange(one.text, one.feel) for one in kept.conditions}
    return Change(kept.name, kept.kind.value, kept.mode.value, kept.amount, kept.amount_feel, conditions)


def without_unsaid(kept: KeptMeasure) -> Change:
    change = as_it_is(kept)
    return replace(change, conditions={name: one for name, one in change.conditions.items() if one.feel})


def taken(by):
    row = services.take_apart(TEXT, by=by, at=AT)
    return row, list(row.proposals.order_by("pk"))


def test_a_text_is_taken_apart_once():
    by = officer()
    row, proposed = taken(by)
    again = services.take_apart(TEXT.replace("\n", "\r\n"), by=by, at=AT)
    assert again.pk == row.pk
    assert [one.state for one in proposed] == [State.PROPOSED, State.PROPOSED]
    assert [from_json(one.content).name for one in proposed] == ["稳健奖励", "声誉奖励"]
    assert row.text == TEXT


def test_every_span_points_into_the_text_that_is_kept():
    row, proposed = taken(officer())
    for one in proposed:
        for condition in from_json(one.content).conditions:
            assert all(row.text[span.start : span.end].strip() for span in condition.spans)


def test_a_fact_nobody_owns_is_told_and_cannot_be_confirmed():
    by = officer()
    _, (first, _) = taken(by)
    with pytest.raises(services.FactNotOwned, match=r"org\.debt_ratio"):
        services.confirm(first.pk, by=by, at=AT)
    first.refresh_from_db()
    assert first.state == State.PROPOSED


def test_a_condition_nobody_has_said_the_rule_of_cannot_be_confirmed_but_changed():
    known(*ALL)
    by = officer()
    _, (first, _) = taken(by)
    with pytest.raises(RuleRefused, match="还没有写成规则"):
        services.confirm(first.pk, by=by, at=AT)
    row = services.change(first.pk, without_unsaid(from_json(first.content)), by=by, at=AT)
    assert (row.state, row.decided_at) == (State.CHANGED, AT)
    assert row.proposed != row.content
    assert len(from_json(row.proposed).conditions) == len(from_json(row.content).conditions) + 1


def test_what_a_person_writes_is_checked_like_what_was_read():
    known(*ALL)
    by = officer()
    _, (first, _) = taken(by)
    change = without_unsaid(from_json(first.content))

    def with_condition(feel: str) -> Change:
        return replace(change, conditions={**change.conditions, "c9": ConditionChange("另有要求", feel)})

    with pytest.raises(RuleRefused, match="读不通"):
        services.change(first.pk, with_condition("org.debt_ratio <= ("), by=by, at=AT)
    with pytest.raises(services.FactNotOwned, match=r"org\.invented"):
        services.change(first.pk, with_condition("org.invented = true"), by=by, at=AT)
    with pytest.raises(RuleRefused, match="没有用到任何数据项"):
        services.change(first.pk, with_condition("true"), by=by, at=AT)
    with pytest.raises(services.BadChange, match="名称"):
        services.change(first.pk, replace(change, name=" \x00 "), by=by, at=AT)
    with pytest.raises(services.BadChange, match="扶持方式"):
        services.change(first.pk, replace(change, kind="bribe"), by=by, at=AT)
    with pytest.raises(services.BadChange, match="最多"):
        services.change(first.pk, replace(change, name="长" * 300), by=by, at=AT)
    first.refresh_from_db()
    assert (first.state, first.content) == (State.PROPOSED, first.proposed)


def test_a_rejection_says_why():
    by = officer()
    _, (_, second) = taken(by)
    with pytest.raises(services.ReasonForRejection):
        services.reject(second.pk, words=" \x00", by=by, at=AT)
    row = services.reject(second.pk, words="声誉无法核对", by=by, at=AT)
    assert (row.state, row.words) == (State.REJECTED, "声誉无法核对")


def test_a_draft_is_made_of_what_stays_and_decides_on_facts():
    known(*ALL)
    by = officer()
    row, (first, second) = taken(by)
    with pytest.raises(services.NotReady, match="2 条"):
        services.make_draft(row.pk, CHOICES, by=by, at=AT)
    services.change(first.pk, without_unsaid(from_json(first.content)), by=by, at=AT)
    services.reject(second.pk, words="声誉无法核对", by=by, at=AT)

    version = services.make_draft(row.pk, CHOICES, by=by, at=AT)

    assert version.status == version.Status.DRAFT
    assert version.content["document_number"] == "深人社样〔2026〕8号"
    assert (version.content["effective_from"], version.content["effective_until"]) == ("2026-04-01", "2029-04-01")
    (measure,) = version.content["measures"]
    assert (measure["window"]["starts"], measure["window"]["ends"]) == ("2026-04-01", "2026-06-01")
    model = dmn.load(version.rules["m1"].encode())
    good = {
        "org.registered_division": "440305",
        "org.status": "active",
        "org.debt_ratio": 50,
        "org.abnormal_list": False,
    }
    assert judge(model, Given(good)).amount == 200_000
    refused = judge(model, Given({**good, "org.abnormal_list": True}))
    assert (refused.verdict, len(refused.failing)) == (Verdict.REJECT, 1)
    assert services.submit("steady-reward", by=by).status == version.Status.REVIEW
    assert DecomposedText.objects.get(pk=row.pk).drafted_as == "steady-reward"


def test_what_only_the_applicant_knows_becomes_a_question():
    known(*ALL)
    known("org.debt_ratio", authority=APPLICANT)
    known("application.date", authority=SYSTEM)
    by = officer()
    row, (first, second) = taken(by)
    services.change(first.pk, without_unsaid(from_json(first.content)), by=by, at=AT)
    services.reject(second.pk, words="声誉无法核对", by=by, at=AT)
    version = services.make_draft(row.pk, CHOICES, by=by, at=AT)
    assert [one["fact"] for one in version.content["measures"][0]["questions"]] == ["org.debt_ratio"]


@pytest.mark.parametrize(
    "choices", [Choices("", "题", ""), Choices("有中文", "题", ""), Choices("a" * 81, "题", ""), Choices("ok", " ", "")]
)
def test_a_draft_has_a_name_and_a_topic(choices):
    known(*ALL)
    by = officer()
    row, (first, second) = taken(by)
    services.change(first.pk, without_unsaid(from_json(first.content)), by=by, at=AT)
    services.reject(second.pk, words="声誉无法核对", by=by, at=AT)
    with pytest.raises(services.BadChange):
        services.make_draft(row.pk, choices, by=by, at=AT)


def test_only_policy_officers_take_apart_and_only_their_own_agency_s():
    by = officer()
    row, (first, _) = taken(by)
    other = officer(parties.POLICE)
    steward = desk_of(parties.desk(Post.Role.DATA_STEWARD), on=AT.date())
    with pytest.raises(proposals.NotForYou):
        services.take_apart(TEXT, by=steward, at=AT)
    with pytest.raises(proposals.NotForYou):
        proposals.texts(steward)
    with pytest.raises(proposals.NoSuchText):
        proposals.text(row.pk, by=other)
    with pytest.raises(proposals.NoSuchProposal):
        services.confirm(first.pk, by=other, at=AT)
    assert proposals.texts(other) == []


def test_the_page_of_a_text_has_each_proposal_with_whose_its_facts_are(django_assert_max_num_queries):
    known("org.status")
    by = officer()
    row, _ = taken(by)
    with django_assert_max_num_queries(12):
        page = proposals.text(row.pk, by=by)
    first = page.proposals[0]
    assert {one.fact for one in first.facts if one.is_owned} == {"org.status"}
    assert "org.debt_ratio" in first.unowned
    assert first.unsaid
    assert not page.is_ready
    assert proposals.texts(by)[0].waiting == len(page.proposals)


def test_a_text_that_is_none_is_refused_and_leaves_nothing():
    with pytest.raises(TextRefused):
        services.take_apart("\x00 \n", by=officer(), at=AT)
    assert not DecomposedText.objects.exists()
