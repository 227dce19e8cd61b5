"""`yimen policy import` and its neighbours, from the shell, against a real site and real files."""

import json

import pytest
from typer.testing import CliRunner

from yimen.config.cli import app
from yimen.policies.models import CollectedDocument
from yimen.policies.tests import files
from yimen.policies.tests.site import Site, policy_page

pytestmark = pytest.mark.django_db


def run(*arguments):
    answer = CliRunner().invoke(app, ["policy", *map(str, arguments)])
    assert answer.exception is None or isinstance(answer.exception, SystemExit)
    return answer


@pytest.fixture
def site():
    with Site() as site:
        yield site


def test_a_folder_is_imported_and_listed_with_the_state_of_a_day(tmp_path):
    (tmp_path / "a.html").write_text(policy_page(), encoding="utf-8")
    (tmp_path / "b.pdf").write_bytes(files.pdf_of(files.MEASURES))
    (tmp_path / "scan.pdf").write_bytes(files.scanned_pdf())

    answer = run("import", tmp_path)

    assert answer.exit_code == 0
    assert "新文件\t深圳市中小企业服务局关于开展专精特新企业奖励工作的通知" in answer.output
    assert "新文件 2，新版本 0，新出处 0，无变化 0，未收 1。" in answer.output
    assert "扫描件" in run("troubles").output
    listed = json.loads(run("collected", "专精特新", "--on", "2029-06-01", "--json").output)["documents"]
    assert [(one["number"], one["state"]) for one in listed] == [("深中小企规〔2026〕3号", "已失效")]
    assert "现行有效" in run("collected", "--on", "2026-11-25").output


def test_a_second_import_tells_that_nothing_changed_and_by_what_it_was_recognised(tmp_path):
    (tmp_path / "a.html").write_text(policy_page(), encoding="utf-8")
    (tmp_path / "b.html").write_text(policy_page(released="2026-06-09"), encoding="utf-8")
    run("import", tmp_path / "a.html")

    again = json.loads(run("import", tmp_path / "a.html", "--json").output)
    other = json.loads(run("import", tmp_path / "b.html", "--json").output)

    assert again["unchanged"] == 1
    assert other["documents"][0]["recognised_by"] == "发文字号 深中小企规〔2026〕3号"
    assert CollectedDocument.objects.count() == 1


def test_an_address_is_imported_only_where_it_may_be_asked(site):
    address = site.put("/a.html", policy_page())

    refused = run("import", address)
    taken = run("import", address, "--private", "--publisher", "市中小企业服务局网站")

    assert refused.exit_code == 1
    assert "内部网络" in refused.output
    assert taken.exit_code == 0


def test_a_feed_is_registered_visited_and_listed(site):
    site.put(
        "/rss.xml",
        f"<rss version='2.0'><channel><item><title>x</title><link>{site.url}/a.html</link></item></channel></rss>",
        media_type="text/xml",
    )
    site.put("/a.html", policy_page())

    assert (
        run("feed", "sz", "--kind", "rss", "--address", f"{site.url}/rss.xml", "--private", "--pause-s", "0").exit_code
        == 0
    )
    assert "还没有采集过" in run("feeds").output
    assert json.loads(run("import", "sz", "--json").output)["added"] == 1
    assert json.loads(run("feeds", "--json").output)["feeds"][0]["counts"]["added"] == 1


def test_a_text_is_entered_for_a_scan(tmp_path):
    (tmp_path / "scan.pdf").write_bytes(files.scanned_pdf())
    (tmp_path / "text.txt").write_text("\n".join(files.MEASURES), encoding="utf-8")
    (tmp_path / "gbk.txt").write_bytes("正文".encode("gbk"))
    assert run("import", tmp_path / "scan.pdf").exit_code == 1
    (waiting,) = json.loads(run("troubles", "--json").output)["troubles"]

    assert run("enter", waiting["trouble_id"], tmp_path / "gbk.txt").exit_code == 2
    entered = run("enter", waiting["trouble_id"], tmp_path / "text.txt")

    assert "新文件：深圳市福田区人民政府办公室关于印发" in entered.output
    assert json.loads(run("troubles", "--json").output)["troubles"] == []
    assert run("enter", waiting["trouble_id"], tmp_path / "text.txt").exit_code == 1


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["import", "no-such-feed"], 1, "没有找到这个采集来源"),
        (["import", "./nothing-here.pdf"], 1, "没有可以导入的文件"),
        (["import", "http://["], 1, "地址写得不对"),
        (["feed", "x", "--kind", "FAX", "--address", "https://example.org/"], 1, "采集来源填写有误"),
        (["feed", "x y", "--kind", "RSS", "--address", "https://example.org/"], 1, "来源标识"),
        (["collected", "--on", "明天"], 2, "2026-11-25"),
    ],
)
def test_wrong_input_is_answered_with_a_sentence(arguments, code, words):
    answer = run(*arguments)

    assert answer.exit_code == code
    assert words in answer.output


def test_an_empty_folder_is_told(tmp_path):
    assert run("import", tmp_path).exit_code == 1
