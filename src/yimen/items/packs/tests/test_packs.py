"""A pack anyone can write by hand: each error is named with its file, its line and its remedy."""

import shutil
from pathlib import Path

import pytest
from django.utils import timezone
from ruamel.yaml import YAML

from yimen import dmn
from yimen.datasets.models import Grant
from yimen.items import queries as item_queries
from yimen.items.models import ItemVersion
from yimen.items.packs.check import check
from yimen.items.packs.load import PackRefused, load
from yimen.items.packs.read import read
from yimen.rules.logic import condition_ids
from yimen.rules.models import RuleVersion

SHENZHEN = Path(__file__).resolve().parents[5] / "content" / "shenzhen"
ITEM = "items/graduate-reception/item.yaml"
RULES = "items/graduate-reception/rules.dmn"
CASES = "items/graduate-reception/cases.yaml"


@pytest.fixture
def pack(tmp_path) -> Path:
    """A copy of Shenzhen's pack, to be spoiled."""
    return Path(shutil.copytree(SHENZHEN, tmp_path / "shenzhen"))


def edit(pack, file, old, new):
    path = pack / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_shenzhens_pack_is_clean_and_its_cases_come_out():
    report = check(read(SHENZHEN))

    assert [str(one) for one in report.findings] == []
    assert report.cases >= 24


@pytest.mark.parametrize(
    ("file", "old", "new", "what", "remedy"),
    [
        ("agencies.yaml", "11440300MB2X00012A", "11440300MB2X00012B", "校验码不对", ""),
        ("agencies.yaml", "short_name: 市公安局", "shortname: 市公安局", "不认识“shortname”", "short_name"),
        ("facts.yaml", "type: date", "type: dat", "type 为“dat”", "date"),
        ("facts.yaml", "sensitivity: ordinary", "sensitivity: secret", "sensitivity 为“secret”", "personal"),
        ("facts.yaml", "dataset: household", "dataset: houshold", "没有数据资源“houshold”", "household"),
        ("facts.yaml", "name: person.birth_date", "name: person.birthdate", "没有数据项“person.birth_date”", "person.birthdate"),
        ("facts.yaml", "  title: 申请日期\n", "", "缺少 title", "补上"),
        ("datasets/population.yaml", "valid_from: 2026-01-01", "valid_from: 2026-02-30", "不是真实存在的日期", "2026-01-01"),
        ("datasets/population.yaml", "fields: [birth_date]", "fields: [birthdate]", "没有population 的字段“birthdate”", "birth_date"),
        ("datasets/population.yaml", "kind: sql", "kind: ftp", "source.kind 为“ftp”", "sql"),
        ("datasets/population.yaml", "timeout_s: 2", "timeout_s: two", "timeout_s 应为数字", "改正"),
        ("licence-types/graduate-reception.yaml", "colour: brand", "colour: pink", "colour 为“pink”", "brand"),
        (ITEM, "{id: c8,", "{id: c9,", "条件 c8、c9 只在", "一致"),
        (ITEM, "person.education_level\n", "person.educationlevel\n", "没有数据项“person.educationlevel”", "person.education_level"),
        (ITEM, "promised_days: 0", "promised_days: 30", "承诺办结时限超过法定", "promised_days"),
        (ITEM, "statutory_days: 20", "statutory_days: .nan", "statutory_days 应为数字", "改正"),
        (ITEM, "statutory_days: 20", "statutory_days: 1e400", "statutory_days 应为数字", "改正"),
        (ITEM, "statutory_days: 20", "statutory_days: 1.5", "应为不小于零的整数", "改正"),
        (ITEM, "visits: 0", "visits: -1", "应为不小于零的整数", "改正"),
        (ITEM, "slug: graduate-reception", "slug: other", "与文件夹名", "一样"),
        (ITEM, "file: rules.dmn", "file: rule.dmn", "没有这个文件", "item.yaml 旁边"),
        (ITEM, "- fact: person.health_declared_fit", "- fact: person.birth_date", "不以申请人为准", "数据字典"),
        (RULES, "person.education_verified = true", "person.education_verified = ", "表达式", "改正"),
        (RULES, "c1 and c2 and", "c1 and c22 and", "名称“c22”没有定义", "拼写"),
        (RULES, "&lt; 35", "&lt; 36", "", "规则或用例"),
        (RULES, "<literalExpression><text>person.criminal_record = false</text></literalExpression>", "", "决策“c7”没有逻辑", "表达式"),
        (RULES, "person.birth_date, application.date", "person.birth_date, today()", "读取了当前时间", "application.date"),
        (RULES, "&lt; 45", '&lt; 45</text></inputEntry><outputEntry><text>true</text></outputEntry></rule><rule><inputEntry><text>"master"</text></inputEntry><inputEntry><text>&lt; 40', "第 2 行和第 3 行同时命中", "互不重叠"),
        (RULES, '["person.education_verified"]', '["person.education_verifed"]', "没有eligible 用到的数据项“person.education_verifed”", "person.education_verified"),
        (RULES, '["person.education_verified"]', '"person.education_verified"', "changeable 应为数据项名称的列表", "写成"),
        (CASES, "outcome: approve", "outcome: aprove", "outcome 为“aprove”", "approve"),
        (CASES, "person.degree_level: bachelor", "person.degree: bachelor", "没有“person.degree”", "person.degree_level"),
        (CASES, "graduated_on: 2026-06-30", "graduated_on: 2026-06-31", "真实存在的日期", ""),
        ("pack.yaml", "title: 深圳市（演示）", "title: [深圳]", "title 应为文字", ""),
        ("pack.yaml", "name: shenzhen", "name: shenzhen\nname: again", "YAML 写法有误", "重复的键"),
        ("pack.yaml", "name: shenzhen", "name: 'shenzhen", "YAML 写法有误", "引号"),
    ],
)  # fmt: skip
def test_each_mistake_is_placed_and_comes_with_its_remedy(pack, file, old, new, what, remedy):
    edit(pack, file, old, new)

    found = check(read(pack)).findings

    fitting = [one for one in found if what in str(one) and remedy in str(one)]
    assert fitting, "\n".join(map(str, found))
    assert all(one.place.line >= 1 for one in found)


def test_all_mistakes_are_told_at_once(pack):
    edit(pack, "agencies.yaml", "11440300MB2X00055P", "11440300MB2X00055Q")
    edit(pack, "facts.yaml", "type: boolean", "type: bool")
    (pack / "licence-types/graduate-reception.yaml").write_bytes("name: 批复".encode("gbk"))

    files = {one.place.file for one in check(read(pack)).findings}

    assert {"agencies.yaml", "facts.yaml", "licence-types/graduate-reception.yaml"} <= files


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("facts.yaml", "- name: 'person.name\n"),
        ("facts.yaml", "name: person.name\n"),
        ("agencies.yaml", "- {"),
        ("datasets/population.yaml", "- code: population\n"),
        ("licence-types/graduate-reception.yaml", "a: b: c"),
        (ITEM, "slug: ["),
    ],
)
def test_what_a_file_that_cannot_be_read_defines_is_not_missed_a_hundred_times(pack, file, text):
    (pack / file).write_text(text, encoding="utf-8")

    (finding,) = check(read(pack)).findings

    assert finding.place.file == file


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("name: 补贴\nmore_conditions: 3\n", 2),
        ("conditions:\nmore_conditions: []\n", 2),
    ],
)
def test_more_conditions_that_are_no_list_are_placed(tmp_path, text, line):
    content = Path(shutil.copytree(SHENZHEN.parent, tmp_path / "content"))
    (content / "nanshan/items/startup-grant/override.yaml").write_text(text, encoding="utf-8")

    found = [one for one in check(read(content / "nanshan")).findings if "more_conditions 应为列表" in one.what]

    assert [(one.place.file, one.place.line) for one in found] == [("items/startup-grant/override.yaml", line)]


@pytest.mark.parametrize("text", ["- name: a\n- title: 'b\n- name: c\n", "- name: a\n- {b: c\n\n"])
def test_what_is_never_closed_is_placed_where_it_was_opened(pack, text):
    (pack / "agencies.yaml").write_text(text, encoding="utf-8")

    (finding,) = [one for one in read(pack).findings if "YAML" in one.what]
    assert (finding.place.file, finding.place.line) == ("agencies.yaml", 2)


def test_a_file_in_another_encoding_is_named_with_its_line(pack):
    (pack / "agencies.yaml").write_bytes(b"# ok\n- code: " + "局".encode("gbk"))

    (finding,) = [one for one in read(pack).findings if "UTF-8" in one.what]
    assert (finding.place.file, finding.place.line) == ("agencies.yaml", 2)


def test_a_condition_without_a_case_for_each_state_is_reported(pack):
    (pack / CASES).write_text(
        "- name: 无\n  on: 2026-11-22\n  facts: {}\n  outcome: undetermined\n  missing: [person.birth_date]\n"
    )

    words = [str(one) for one in check(read(pack)).findings]

    assert any("条件 c1 没有成立、不成立的用例" in one for one in words)


def test_a_folder_that_is_not_there_is_said_so(tmp_path):
    assert "没有这个文件夹" in str(read(tmp_path / "nowhere").findings[0])


@pytest.mark.parametrize("slug", sorted(path.name for path in (SHENZHEN / "items").iterdir()))
def test_ids_and_names_are_those_of_the_reference(shared, slug):
    reference = YAML(typ="safe").load(shared / "reference" / "items" / f"{slug}.yaml")
    model = dmn.load((SHENZHEN / "items" / slug / "rules.dmn").read_bytes())

    assert list(condition_ids(model)) == [one["id"] for one in reference["conditions"]]
    for one in reference["conditions"]:
        assert set(dmn.facts_of(model, one["id"])) == set(one["facts"])


@pytest.mark.django_db
def test_loading_twice_changes_nothing():
    first = load(read(SHENZHEN), at=timezone.now())
    second = load(read(SHENZHEN), at=timezone.now())

    assert first.is_changed
    assert not second.is_changed
    assert RuleVersion.objects.count() == ItemVersion.objects.count() == 7


@pytest.mark.django_db
def test_a_changed_rule_is_a_new_version_and_the_old_one_stays(pack):
    load(read(pack), at=timezone.now())
    edit(pack, RULES, "申请当日的周岁年龄", "申请当日的年龄（周岁）")

    report = load(read(pack), at=timezone.now())

    assert (report.items, report.rules) == ((), ("graduate-reception",))
    assert [one.number for one in RuleVersion.objects.filter(name="graduate-reception").order_by("number")] == [1, 2]


@pytest.mark.django_db
def test_a_pack_with_a_mistake_is_not_loaded_at_all(pack):
    edit(pack, ITEM, "promised_days: 0", "promised_days: 30")

    with pytest.raises(PackRefused):
        load(read(pack), at=timezone.now())

    assert RuleVersion.objects.count() == 0


@pytest.mark.django_db
def test_a_grant_taken_out_of_the_pack_ends_today():
    load(read(SHENZHEN), at=timezone.now())
    without = read(SHENZHEN)
    without.items.clear()  # without its grant the item's rule would be refused, and rightly
    without.grants.clear()
    without.base_libraries.clear()  # as would a library without those to take its sources

    load(without, at=timezone.now())

    assert {grant.valid_until for grant in Grant.objects.all()} == {timezone.localdate()}


def test_a_district_has_all_of_the_city_and_its_own_differences():
    city, district = read(SHENZHEN), read(SHENZHEN.parent / "nanshan")
    changed = {one.definition.slug: one for one in district.items}

    assert check(district).is_clean
    assert len(district.items) == len(city.items)
    assert changed["senior-preferential-card"].definition.office is not None
    assert changed["startup-grant"].definition.promised_days == 2
    allowance = changed["elderly-allowance"]
    assert [one.id for one in allowance.definition.conditions][-1] == "c6"
    assert allowance.definition.promised_days == 0  # what the district does not say is the city's


def test_an_override_of_what_is_not_below_is_told(tmp_path):
    shutil.copytree(SHENZHEN.parent, tmp_path / "content")
    strange = tmp_path / "content" / "nanshan" / "items" / "no-such-item"
    strange.mkdir()
    (strange / "override.yaml").write_text("promised_days: 1\n", encoding="utf-8")

    found = [str(one) for one in check(read(tmp_path / "content" / "nanshan")).findings]

    assert found == ["items/no-such-item/override.yaml:1: 下层内容包里没有事项“no-such-item”。请写完整的 item.yaml。"]


@pytest.mark.django_db
def test_the_same_code_serves_ministry_city_and_district():
    ministry = SHENZHEN.parent / "ministry"

    load(read(ministry), at=timezone.now())
    alone = item_queries.base_catalogue()
    load(read(SHENZHEN.parent / "nanshan"), at=timezone.now())
    carried_out = {row.code: row.slug for row in item_queries.base_catalogue()}

    assert len(alone) == 12
    assert {row.slug for row in alone} == {None}
    assert carried_out["3440500001000"] == "elderly-allowance"
    assert carried_out["3440100003000"] is None


def test_an_item_outside_the_base_catalogue_is_told(pack):
    shutil.copytree(SHENZHEN.parent / "ministry", pack.parent / "ministry")
    edit(pack, "pack.yaml", 'division: "440300"', 'division: "440300"\nextends: ../ministry')
    edit(pack, ITEM, "3440700001000", "3440700009000")

    assert any("没有基本目录事项“3440700009000”" in str(one) for one in check(read(pack)).findings)
