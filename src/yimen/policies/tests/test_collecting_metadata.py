"""What a document says of itself: found in many layouts, checked against itself, contradictions kept and told."""

from dataclasses import replace
from datetime import date

import pytest

from yimen.policies.collecting.agencies import Level, level_of_organ, organs_in
from yimen.policies.collecting.headings import heading_of, kind_of, signature_of
from yimen.policies.collecting.html import read_html
from yimen.policies.collecting.metadata import metadata_of
from yimen.policies.collecting.periods import State, state_on
from yimen.policies.collecting.relations import RelationKind, named_in
from yimen.policies.collecting.text import read_text
from yimen.policies.tests.site import policy_page

HEAD = "深圳市财政局关于印发专项资金管理办法的通知\n深财规〔2026〕8号\n各有关单位：\n现将专项资金管理办法印发给你们，请遵照执行。\n"
FOOT = "\n深圳市财政局\n2026年6月1日"


def found(text):
    return metadata_of(read_text(text))


def period(clause):
    return found(f"{HEAD}{clause}{FOOT}").period


@pytest.mark.parametrize(
    ("clause", "first", "last"),
    [
        ("本办法自2026年7月1日起施行，有效期5年。", date(2026, 7, 1), date(2031, 6, 30)),
        ("本办法自2026年7月1日起施行，有效期为五年。", date(2026, 7, 1), date(2031, 6, 30)),
        ("本办法自2026年7月1日起实施，有效期至2028年12月31日。", date(2026, 7, 1), date(2028, 12, 31)),
        ("本措施自2026年7月1日起施行，有效期18个月。", date(2026, 7, 1), date(2027, 12, 31)),
        ("本通知自2026年7月1日起执行，至2026年12月31日止。", date(2026, 7, 1), date(2026, 12, 31)),
        ("本办法自印发之日起施行，有效期3年。", date(2026, 6, 1), date(2029, 5, 31)),
        ("本办法自发布之日起30日后施行。", date(2026, 7, 1), None),
        ("本规定自2026年7月1日起施行，试行期两年。", date(2026, 7, 1), date(2028, 6, 30)),
        ("上述政策执行期限为2026年1月1日至2027年12月31日。", date(2026, 1, 1), date(2027, 12, 31)),
        ("本办法自二〇二六年七月一日起施行。", date(2026, 7, 1), None),
        ("本办法自2024年2月29日起施行，有效期1年。", date(2024, 2, 29), date(2025, 2, 28)),
        ("许可证有效期为5年。", None, None),
        ("企业应当自2026年7月1日起报送材料。", None, None),
        ("本办法自2026年2月30日起施行。", None, None),
    ],
)
def test_from_when_until_when_a_document_applies(clause, first, last):
    said = period(clause)

    assert (said.effective.value, said.expires.value) == (first, last)


@pytest.mark.parametrize(
    ("day", "state"),
    [
        (date(2026, 6, 30), State.NOT_YET),
        (date(2026, 7, 1), State.IN_FORCE),
        (date(2027, 1, 1), State.AMENDED),
        (date(2028, 6, 30), State.REPEALED),
        (date(2031, 6, 30), State.REPEALED),
    ],
)
def test_the_state_is_computed_for_the_day_that_is_asked(day, state):
    dates = {"effective_on": date(2026, 7, 1), "expires_on": date(2031, 6, 30), "amended_on": date(2027, 1, 1)}

    assert state_on(day, **dates, repealed_on=date(2028, 6, 30)) is state
    assert state_on(date(2031, 7, 1), **dates) is State.EXPIRED
    assert state_on(date(2031, 6, 30), **dates) is State.AMENDED
    assert state_on(day, effective_on=None, expires_on=None) is State.IN_FORCE


def test_dates_that_contradict_each_other_are_both_kept_and_told():
    page = policy_page(written="2026年5月20日").replace("<td>2026年5月20日</td>", "<td>2026年5月12日</td>")

    said = metadata_of(read_html(page))

    assert said.written_on.value == date(2026, 5, 12)
    assert [(one.value, one.where) for one in said.written_on.others] == [(date(2026, 5, 20), "落款")]
    assert "成文日期前后不一：页面标注为“2026-05-12”，落款为“2026-05-20”，采用前者，请核对。" in said.warnings


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("2026-05-22", "2026-05-02"), "发布日期 2026-05-02 早于成文日期 2026-05-20"),
        (("有效期3年", "有效期至2025年1月1日"), "失效日期 2025-01-01 早于施行日期 2026-06-01"),
        (("〔2026〕3号", "〔2025〕3号"), "发文字号的年份是 2025，成文日期是 2026-05-20"),
        (("，有效期3年", ""), "是规范性文件，没有找到有效期"),
        (
            ("<td>深中小企规〔2026〕3号</td>", "<td>深中小企规〔2026〕4号</td>"),
            "发文字号前后不一：页面标注为“深中小企规〔2026〕4号”",
        ),
        (("<td>深中小企规〔2026〕3号</td>", "<td>深中小企规[2026]03号</td>"), "已规范为“深中小企规〔2026〕3号”"),
        (("<td>深圳市中小企业服务局</td>", "<td>深圳市财政局</td>"), "发文机关前后不一"),
    ],
)
def test_what_cannot_be_right_together_is_told(change, words):
    page = policy_page()
    assert change[0] in page

    said = metadata_of(read_html(page.replace(*change)))

    assert any(words in one for one in said.warnings), said.warnings


def test_a_right_page_has_nothing_to_be_told():
    assert metadata_of(read_html(policy_page())).warnings == ()


def test_what_nobody_says_is_none_and_never_made_up():
    said = found("关于一件小事的说明，没有文号，没有机关，也没有日期，只有一句话而已，供大家参考。")

    assert (said.number.value, said.agencies.value, said.written_on.value, said.released_on.value) == (
        None,
        None,
        None,
        None,
    )
    assert (said.period.effective.value, said.period.expires.value, said.level, said.index_number) == (
        None,
        None,
        None,
        None,
    )


@pytest.mark.parametrize(
    "box",
    [
        "<table><tr><th>发文机关</th><td>深圳市财政局</td><th>成文日期</th><td>2026-06-01</td></tr><tr><th>发文字号</th><td>深财规〔2026〕8号</td></tr></table>",
        "<ul><li><b>发文机关：</b><span>深圳市财政局</span></li><li><b>成文日期：</b><span>2026-06-01</span></li><li><b>文号：</b><span>深财规〔2026〕8号</span></li></ul>",
        "<dl><dt>发文机关：</dt><dd>深圳市财政局</dd><dt>成文日期：</dt><dd>2026年06月01日</dd><dt>文　　号：</dt><dd>深财规〔2026〕8号</dd></dl>",
        "<div><p>发文机关：深圳市财政局</p><p>成文日期：2026-06-01</p><p>文号：深财规〔2026〕8号</p></div>",
        "<div class='info'>发文机关：深圳市财政局　成文日期：2026-06-01　文号：深财规〔2026〕8号　浏览次数：12</div>",
        "<div>【发文机关】：深圳市财政局 【成文日期】：2026-06-01 【文号】：深财规〔2026〕8号</div>",
    ],
)
def test_boxes_of_labels_are_read_in_the_layouts_sites_use(box):
    body = "<p>为规范专项资金的使用，提高资金效益，根据有关规定，现将有关事项通知如下，请各单位遵照执行。</p>" * 3
    said = metadata_of(read_html(f"<html><body>{box}<div><p>关于专项资金的通知</p>{body}</div></body></html>"))

    assert said.agencies.value == ("深圳市财政局",)
    assert said.written_on.value == date(2026, 6, 1)
    assert said.number.value == "深财规〔2026〕8号"
    assert said.number.best.where == "页面标注"


def test_the_invisible_part_of_a_page_counts_where_nothing_is_printed():
    metas = '<meta name="ArticleTitle" content="深圳市财政局关于专项资金的通知"><meta name="PubDate" content="2026-06-02 09:00"><meta name="ContentSource" content="深圳市财政局">'
    body = "<p>为规范专项资金的使用，提高资金效益，根据有关规定，现将有关事项通知如下，请各单位遵照执行。</p>" * 3

    said = metadata_of(read_html(f"<html><head>{metas}</head><body><div>{body}</div></body></html>"))

    assert said.title.value == "深圳市财政局关于专项资金的通知"
    assert said.released_on.value == date(2026, 6, 2)
    assert said.agencies.value == ("深圳市财政局",)


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("关于印发若干措施的通知", "通知"),
        ("处方药与非处方药分类管理办法（试行）", "办法"),
        ("操作规程（2026年修订版）（征求意见稿）", ""),
        ("关于科技节水建议的复函", "函"),
        ("中外合作经营企业法实施细则", "细则"),
        ("关于同意建立联席会议制度的批复", "批复"),
        ("《办法》政策解读", "解读"),
        ("", ""),
    ],
)
def test_the_kind_is_what_a_title_ends_in(title, kind):
    assert kind_of(title) == kind


@pytest.mark.parametrize(
    ("organ", "level"),
    [
        ("国务院", Level.NATION),
        ("国家市场监督管理总局", Level.NATION),
        ("中共中央", Level.NATION),
        ("公安部", Level.NATION),
        ("广东省人民政府办公厅", Level.PROVINCE),
        ("广西壮族自治区人民政府", Level.PROVINCE),
        ("北京市经济和信息化局", Level.PROVINCE),
        ("深圳市工业和信息化局", Level.CITY),
        ("广东省深圳市人民政府", Level.CITY),
        ("国家税务总局深圳市税务局", Level.CITY),
        ("中国人民银行广东省分行", Level.PROVINCE),
        ("深圳市龙华区人力资源局", Level.DISTRICT),
        ("福田区人民政府办公室", Level.DISTRICT),
        ("博罗县人民政府", Level.DISTRICT),
        ("深圳市大鹏新区管理委员会", Level.DISTRICT),
        ("市场监管总局", Level.NATION),
    ],
)
def test_the_level_follows_from_the_organs_name(organ, level):
    assert level_of_organ(organ) is level


def test_a_joint_issue_has_all_its_organs_and_the_host_first():
    assert organs_in("国务院办公厅、中央军委办公厅") == ("国务院办公厅", "中央军委办公厅")
    assert organs_in("深圳市财政局;深圳市科技创新局 深圳市财政局") == ("深圳市财政局", "深圳市科技创新局")
    signed = signature_of(
        [
            "正文。",
            "深圳市人力资源和社会保障局",
            "深圳市财政局",
            "2026年7月15日",
            "附件",
            "深圳市教育局",
            "2026年7月1日",
        ]
    )
    assert signed.organs == ("深圳市人力资源和社会保障局", "深圳市财政局")
    assert signed.on == date(2026, 7, 15)


def test_a_title_that_names_both_organs_in_one_breath_contradicts_nothing():
    said = found(
        "深圳市人力资源和社会保障局 深圳市财政局关于做好稳岗工作的通知\n各有关单位：\n现将有关事项通知如下。\n"
        "深圳市人力资源和社会保障局 深圳市财政局\n2026年7月15日"
    )

    assert said.agencies.value == ("深圳市人力资源和社会保障局", "深圳市财政局")
    assert said.warnings == ()


def test_a_title_over_several_lines_with_spaces_is_one():
    lines = [
        "国务院办公厅关于印发",
        "国 家 粮 食 应 急 预 案 的 函",
        "国办函〔2005〕57号",
        "各省、自治区、直辖市人民政府：",
        "正文。",
    ]

    heading = heading_of(lines)

    assert heading.title == "国务院办公厅关于印发国家粮食应急预案的函"
    assert heading.number.text == "国办函〔2005〕57号"


@pytest.mark.parametrize(
    ("clause", "kind", "targets"),
    [
        (
            "《甲办法》（深财规〔2021〕5号）、《乙办法》同时废止。",
            RelationKind.REPEALS,
            [("甲办法", "深财规〔2021〕5号"), ("乙办法", "")],
        ),
        (
            "自本通知印发之日起，《丙通知》（国办发〔2016〕82号）停止执行。",
            RelationKind.REPEALS,
            [("丙通知", "国办发〔2016〕82号")],
        ),
        ("深财规〔2021〕5号文同时废止。", RelationKind.REPEALS, [("", "深财规〔2021〕5号")]),
        (
            "2012年12月29日原国家质量监督检验检疫总局令第150号公布的《丁规定》同时废止。",
            RelationKind.REPEALS,
            [("丁规定", "国家质量监督检验检疫总局令第150号")],
        ),
        (
            "第一条 根据《戊法》（以下简称《法》）及有关规定，参照《己规范》，制定本办法。",
            RelationKind.IMPLEMENTS,
            [("戊法", "")],
        ),
        (
            "第一条 为了贯彻落实《关于修改〈庚条例〉的决定》，制定本办法。",
            RelationKind.IMPLEMENTS,
            [("关于修改〈庚条例〉的决定", "")],
        ),
        ("第一条 根据劳动法和有关法律，制定本办法。", RelationKind.IMPLEMENTS, [("劳动法", "")]),
        ("对《辛办法》作如下修改：", RelationKind.AMENDS, [("辛办法", "")]),
    ],
)
def test_relations_are_found_with_their_numbers(clause, kind, targets):
    said = found(f"{HEAD}{clause}{FOOT}")

    assert [(one.title, one.number) for one in said.relations if one.kind is kind] == targets
    assert all(clause.startswith(one.evidence[:8]) or one.evidence in clause for one in said.relations)


@pytest.mark.parametrize(
    "clause",
    [
        "申请行政复议期间，处罚决定不停止执行。",
        "与《甲办法》不一致的规定应当及时修改或者废止。",
        "各区要按照《乙通知》要求，制定本单位的实施方案。",
        "市场主体应当遵守《丙条例》的规定。",
    ],
)
def test_sentences_that_only_mention_a_document_relate_nothing(clause):
    assert found(f"{HEAD}{clause}{FOOT}").relations == ()


def test_only_outermost_names_count():
    assert [one.title for one in named_in("《关于修改《甲》的决定》和《乙<丙>》《")] == [
        "关于修改《甲》的决定",
        "乙〈丙〉",
    ]


def test_a_feeds_claims_count_least():
    source = replace(
        read_text("没有日期的一份文件，正文说了很多很多的话，但是就是没有说它是哪一天发布的。"),
        claims={"released_on": "2026-06-20"},
    )

    said = metadata_of(source)

    assert (said.released_on.value, said.released_on.best.confidence) == (date(2026, 6, 20), 0.4)


@pytest.mark.parametrize(
    "text",
    [
        "《" * 3000,
        "（" * 5000,
        "自" * 5000 + "起施行",
        "根据《" * 500 + "制定本",
        "年月日" * 3000,
        "2026年" * 2000,
        "第号令" * 2000,
        "国" * 20_000,
        "\u0000\u202e\ufeff" * 100,
    ],
)
def test_texts_made_to_break_the_reader_are_read_in_no_time(text):
    assert metadata_of(read_text(f"标题{text}")).relations == ()
