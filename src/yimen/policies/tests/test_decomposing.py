"""What the grammar reads in a policy, and that it does so as well as it did."""

from pathlib import Path

import pytest
from ruamel.yaml import YAML

from yimen import dmn
from yimen.policies.decomposing import scoring
from yimen.policies.decomposing.owning import unowned
from yimen.policies.decomposing.parse import decompose
from yimen.policies.decomposing.phrasebook import phrasebook
from yimen.policies.decomposing.proposal import AmountForm, Decomposition, Measure
from yimen.policies.decomposing.rule_model import RuleCondition, RuleDraft, RuleRefused, rule_model
from yimen.policies.logic import Kind, Mode
from yimen.rules.logic import Given, Verdict, judge

TRUTH = Path(__file__).parent / "truth"
FACTS = Path(__file__).parents[4] / "content/shenzhen/facts.yaml"

NOTICE = """深圳市科技创新局关于开展研发奖励的通知

深科样〔2026〕1号

各有关单位：

一、奖励对象
{subject}

二、奖励标准
{standard}

深圳市科技创新局
2026年3月1日
"""


def only(text: str) -> Measure:
    """Return the one measure of a text."""
    found = decompose(text)
    assert len(found.measures) == 1, [one.name for one in found.measures]
    return found.measures[0]


def notice(subject: str = "登记状态正常的企业。", standard: str = "一次性奖励20万元。") -> Measure:
    return only(NOTICE.format(subject=subject, standard=standard))


def rules(measure: Measure) -> list[str]:
    return [one.feel for one in measure.conditions]


def truths(folder: str) -> dict[str, list[scoring.Truth]]:
    read = YAML(typ="safe").load
    paths = sorted((TRUTH / folder).glob("*.yaml"))
    return {path.stem: read(path.read_text(encoding="utf-8"))["measures"] for path in paths}


def scored(folder: str, texts: Path) -> dict[str, scoring.Score]:
    known = truths(folder)
    pairs: list[tuple[Decomposition, list[scoring.Truth]]] = [
        (decompose((texts / f"{name}.txt").read_text(encoding="utf-8")), known[name]) for name in known
    ]
    return {one.field: one for one in scoring.score(pairs)}


def test_the_reference_texts_are_read_as_well_as_before(shared):
    scores = scored("decomposition", shared / "reference" / "policy-texts")
    assert min(one.precision for one in scores.values()) >= 0.94
    assert min(one.recall for one in scores.values()) >= 0.94
    assert scores["condition rules"].recall >= 0.98
    assert scores["amount figures"].recall == scores["measure"].recall == 1


@pytest.mark.parametrize(("folder", "precision", "recall"), [("wordings", 0.98, 0.98), ("unseen", 0.99, 0.84)])
def test_texts_in_other_wordings_are_read_as_well_as_before(folder, precision, recall):
    scores = scored(folder, TRUTH / folder)
    right, proposed, expected = (
        sum(getattr(one, name) for one in scores.values()) for name in ("right", "proposed", "expected")
    )
    assert right / proposed >= precision
    assert right / expected >= recall


@pytest.mark.parametrize("folder", ["decomposition", "wordings", "unseen"])
def test_every_truth_is_a_rule_the_engine_reads(folder):
    for name, measures in truths(folder).items():
        for measure in measures:
            said = [one["feel"] for one in measure["conditions"] if "feel" in one]
            made = [RuleCondition(f"c{n}", "条件", "原文", feel) for n, feel in enumerate(said, 1)]
            assert not made or rule_model(RuleDraft(f"{name}/m1", str(measure["name"]), tuple(made)), {})


def test_every_proposal_shows_the_words_it_was_read_from():
    for path in (TRUTH / "wordings").glob("*.txt"):
        text = path.read_text(encoding="utf-8")
        for measure in decompose(text).measures:
            evidence = [*measure.evidence, *measure.amount.evidence, *measure.window.evidence]
            evidence += [one for condition in measure.conditions for one in condition.evidence]
            assert evidence
            for one in evidence:
                assert text[one.span.start : one.span.end] == one.text
                assert one.text.strip()
            assert measure.because
            assert 0 < measure.confidence <= 1


@pytest.mark.parametrize(
    ("said", "figures", "form"),
    [
        ("一次性奖励20万元。", ["200000"], AmountForm.FIXED),
        ("一次性给予贰拾万元整奖励。", ["200000"], AmountForm.FIXED),
        ("按上年度研发费用的10%给予奖励，最高不超过１００万元。", ["10"], AmountForm.RATIO),
        ("每招用1名高校毕业生，给予补助1500元。", ["1500"], AmountForm.PER_HEAD),
    ],
)
def test_an_amount_is_told_by_its_form(said, figures, form):
    amount = notice(standard=said).amount
    assert amount.form is form
    assert [f"{(tier.yuan or tier.percent):f}" for tier in amount.tiers] == figures


def test_a_ratio_with_a_cap_is_reckoned_in_yuan():
    amount = notice(standard="按上年度研发费用的10%给予奖励，最高不超过100万元。").amount
    assert amount.feel == "min(org.rd_expense_last_year * 0.1, 1000000)"


@pytest.mark.parametrize(
    ("said", "reckoned"),
    [
        (
            "上年度营业收入超过1亿元的，奖励20万元；超过10亿元的，奖励100万元。",
            "if org.revenue > 1000000000 then 1000000 else 200000",
        ),
        (
            "一次性奖励30万元；其中营业收入超过5亿元的，一次性奖励80万元。",
            "if org.revenue > 500000000 then 800000 else 300000",
        ),
        ("表现突出的，奖励20万元；表现优异的，奖励30万元。", ""),
    ],
)
def test_of_several_steps_the_farthest_that_is_reached_counts(said, reckoned):
    amount = notice(standard=said).amount
    assert (amount.form, amount.feel) == (AmountForm.TIERED, reckoned)
    assert bool(amount.lacks) is not bool(reckoned)


def test_a_text_of_nothing_but_one_long_clause_takes_no_longer_than_another():
    found = decompose("一、奖励标准\n" + "1" * 30_000 + "万元奖励" + "失信被执行人" * 5_000)
    assert len(found.measures) <= 1


@pytest.mark.parametrize(
    ("said", "rule"),
    [
        ("资产负债率不高于百分之七十的企业。", "org.debt_ratio <= 70"),
        ("年末资产负债率低于70%的企业。", "org.debt_ratio < 70"),
        ("未被列入经营异常名录的企业。", "org.abnormal_list = false"),
        ("注册成立满2年的企业。", 'org.registered_on + duration("P2Y") <= application.date'),
        ("在本市依法注册的企业。", 'starts with(org.registered_division, "4403")'),
        ("从事细分市场36个月以上的企业。", "org.segment_years >= 3"),
        ("专精特新“小巨人”企业。", 'list contains(org.titles, "little_giant")'),
        (
            "营业收入达到5000万元以上或者近两年新增股权投资总额达到2000万元以上。",
            "org.revenue >= 50000000 or org.equity_investment_2y >= 20000000",
        ),
    ],
)
def test_a_wording_is_always_the_same_fact(said, rule):
    assert rules(notice(subject=said)) == [rule]


def test_the_same_condition_in_two_policies_names_the_same_fact():
    one = notice(subject="未被列入严重失信主体名单的企业。")
    other = only(
        "深圳市商务局关于外贸奖励的通知\n\n一、奖励标准\n一次性奖励10万元。\n\n二、不予奖励的情形\n"
        "有下列情形之一的，不予奖励：\n1.列入严重违法失信名单的。\n\n深圳市商务局\n2026年1月1日\n"
    )
    assert rules(one) == rules(other) == ["org.serious_dishonesty = false"]


def test_what_a_title_is_granted_by_is_named():
    measure = notice(subject="高新技术企业。")
    assert [one.leads_to for one in measure.conditions] == ["high-tech-enterprise-recognition/m1"]


def test_a_condition_nobody_has_a_fact_for_is_kept_in_words():
    measure = only(
        "深圳市科技创新局关于研发奖励的通知\n\n一、奖励条件\n1.登记状态正常；\n2.研发团队负责人享有较高行业声誉。\n\n"
        "二、奖励标准\n一次性奖励20万元。\n\n深圳市科技创新局\n2026年3月1日\n"
    )
    unsaid = [one for one in measure.conditions if not one.feel]
    assert [one.text for one in unsaid] == ["研发团队负责人享有较高行业声誉"]
    assert unsaid[0].confidence < 0.5
    assert "没有对应的数据项" in measure.because


def test_no_measure_is_made_of_what_grants_nothing():
    found = decompose(
        "关于召开座谈会的通知\n\n各单位：\n\n定于2026年3月1日召开座谈会，请准时参加。\n\n办公室\n2026年2月1日\n"
    )
    assert found.measures == ()
    assert any("没有找到" in one for one in found.notes)


def test_contradictory_dates_are_told():
    text = NOTICE.format(
        subject="登记状态正常的企业。", standard="一次性奖励20万元。\n\n三、申报时间\n2026年9月1日至2026年3月1日。"
    )
    assert any("早于起日" in one for one in decompose(text).notes)


def test_a_scan_s_rubbish_is_refused():
    with pytest.raises(Exception, match=r"乱码|汉字"):
        decompose("锟斤拷\ufffd\ufffd\ufffd")


def test_a_measure_decides_on_the_rules_that_were_read():
    measure = notice(
        subject="在本市依法注册、登记状态正常，资产负债率不高于70%的企业。",
        standard="按上年度研发费用的10%给予奖励，最高100万元。",
    )
    conditions = tuple(RuleCondition(one.id, one.text, one.text, one.feel, one.near) for one in measure.conditions)
    model = dmn.load(rule_model(RuleDraft("rd/m1", measure.name, conditions, measure.amount.feel), {}).encode())
    facts: dict[str, object] = {
        "org.registered_division": "440305",
        "org.status": "active",
        "org.debt_ratio": 60,
        "org.rd_expense_last_year": 20_000_000,
    }

    yes = judge(model, Given(facts))
    near = judge(model, Given({**facts, "org.debt_ratio": 75}))
    open_ = judge(model, Given({key: value for key, value in facts.items() if key != "org.status"}))

    assert (yes.verdict, yes.amount) == (Verdict.APPROVE, 1_000_000)
    assert (near.verdict, near.failing, near.near) == (Verdict.REJECT, ("c3",), "超出 5 个百分点")
    assert (open_.verdict, open_.missing) == (Verdict.UNDETERMINED, ("org.status",))


def test_a_rule_without_words_or_that_cannot_be_read_is_refused():
    with pytest.raises(RuleRefused, match="c1"):
        rule_model(RuleDraft("x/m1", "奖励", (RuleCondition("c1", "有声誉", "原文", ""),)), {})
    with pytest.raises(RuleRefused, match="一项条件也没有"):
        rule_model(RuleDraft("x/m1", "奖励", ()), {})
    with pytest.raises(RuleRefused, match="读不通"):
        rule_model(RuleDraft("x/m1", "奖励", (RuleCondition("c1", "坏", "原文", "org.status = ("),)), {})


def test_a_fact_that_is_not_in_the_dictionary_is_nobody_s():
    assert unowned(["org.status", "org.no_such"], {}) == ("org.no_such", "org.status")


def test_the_phrasebook_names_facts_as_the_dictionary_does(shared):
    known = {
        one["name"] for one in YAML(typ="safe").load((shared / "reference" / "facts.yaml").read_text("utf-8"))["facts"]
    }
    assert set(phrasebook().types) <= known


def test_kind_and_mode_are_read_from_the_words():
    measure = notice(standard="一次性奖励20万元。采取免申即享方式。")
    assert (measure.kind, measure.mode) == (Kind.GRANT, Mode.NO_APPLICATION)


HIRING = """惠州市人力资源和社会保障局关于吸纳就业补贴的通知

一、补贴对象
招用毕业年度高校毕业生，签订1年以上劳动合同，并为其缴纳社会保险费满6个月的企业。

二、补贴标准
每招用1名，给予补贴1500元。

惠州市人力资源和社会保障局
2026年3月1日
"""


def test_what_is_given_per_head_is_decided_for_each_of_several_people():
    measure = only(HIRING)
    conditions = tuple(RuleCondition(one.id, one.text, one.text, one.feel, one.near) for one in measure.conditions)
    model = dmn.load(rule_model(RuleDraft("hiring/m1", measure.name, conditions, measure.amount.feel), {}).encode())
    good = {"category": "graduate_year", "contract_months": 12, "insurance_months": 6}

    two = judge(model, Given({"hire": [good, {**good, "insurance_months": 3}, good]}))
    one_short = judge(model, Given({"hire": [{**good, "insurance_months": 3}]}))
    none = judge(model, Given({"hire": []}))
    unknown = judge(model, Given({"hire": [{"category": "graduate_year", "contract_months": 12}]}))

    assert (two.verdict, two.amount) == (Verdict.APPROVE, 3000)
    assert (one_short.verdict, one_short.failing) == (Verdict.REJECT, ("c3",))
    assert none.verdict is Verdict.REJECT
    assert unknown.verdict is Verdict.UNDETERMINED
