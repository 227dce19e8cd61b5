"""Feeds are visited, documents kept once, changes become versions, and whatever fails is kept with its reason."""

import json
import threading
from datetime import date, timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from yimen.core import locks
from yimen.parties.logic import Actor
from yimen.policies import collecting_queries as queries
from yimen.policies import events
from yimen.policies import jobs as policy_jobs
from yimen.policies.collecting.periods import State
from yimen.policies.collecting.trouble import Reason
from yimen.policies.models import (
    CollectedDocument,
    CollectedVersion,
    CollectionTrouble,
    DocumentRelation,
    Feed,
    Origin,
    Original,
    Visit,
)
from yimen.policies.services import collecting
from yimen.policies.services.collecting import FeedDraft
from yimen.policies.tests import corpus, files
from yimen.policies.tests.factories import AT
from yimen.policies.tests.site import Site, policy_page

pytestmark = pytest.mark.django_db
BY = Actor("system", "tests", "采集人员")
TODAY = date(2026, 11, 25)


@pytest.fixture
def site():
    with Site() as site:
        yield site


def put_feed(site, name="sz", **given):
    draft = FeedDraft(
        **{
            "title": "市中小企业服务局",
            "kind": "LISTING",
            "address": f"{site.url}/list.html",
            "links": "//ul[@class='list']//a",
            "pause_s": 0.0,
            "allows_private": True,
            **given,
        }
    )
    return collecting.put_feed(name, draft, by=BY, at=AT)


def listing(*paths, following=""):
    items = "".join(f'<li><a href="{path}">{path}</a></li>' for path in paths)
    return f'<html><body><ul class="nav"><li><a href="/about.html">关于我们</a></li></ul><ul class="list">{items}</ul>{following}</body></html>'


def visit(name="sz", at=AT):
    return collecting.visit_feed(name, by=BY, at=at)


def counts(one):
    return {
        name: getattr(one, name) for name in ("added", "changed", "joined", "unchanged", "failed") if getattr(one, name)
    }


def test_a_listing_brings_its_documents_with_their_originals(site):
    site.put("/list.html", listing("/a.html", "/b.html"))
    page = policy_page()
    site.put("/a.html", page)
    site.put(
        "/b.html",
        policy_page(
            title="深圳市财政局关于印发专项资金管理办法的通知", number="深财规〔2026〕8号", agency="深圳市财政局"
        ),
    )
    put_feed(site, publisher="市中小企业服务局网站")

    done = visit()

    assert counts(done) == {"added": 2}
    assert done.status == Visit.Status.DONE
    origin = Origin.objects.get(address=f"{site.url}/a.html")
    assert (origin.publisher, bytes(origin.original.content)) == ("市中小企业服务局网站", page.encode())
    version = origin.version
    assert version.number == "深中小企规〔2026〕3号"
    assert version.agencies == ["深圳市中小企业服务局"]
    assert (version.written_on, version.released_on) == (date(2026, 5, 20), date(2026, 5, 22))
    assert (version.effective_on, version.expires_on) == (date(2026, 6, 1), date(2029, 5, 31))
    assert (version.level, version.kind, version.topic) == ("市级", "通知", "工业、交通")
    assert "栏目导航" not in version.text
    assert "备案号" not in version.text
    assert version.evidence["effective_on"]["evidence"] == "三、本通知自2026年6月1日起施行，有效期3年。"


def test_a_second_visit_of_an_unchanged_site_brings_nothing(site):
    site.put("/list.html", listing("/a.html", "/b.html"))
    site.put("/a.html", policy_page(), headers={"ETag": '"1"'})
    site.put(
        "/b.html", policy_page(title="深圳市财政局关于预算的通知", number="深财〔2026〕9号", agency="深圳市财政局")
    )
    put_feed(site)
    visit()

    again = visit(at=AT + timedelta(days=1))

    assert counts(again) == {"unchanged": 2}
    assert CollectedVersion.objects.count() == 2
    assert Origin.objects.filter(seen_at=AT + timedelta(days=1)).count() == 2


def test_a_changed_page_becomes_a_version_that_can_be_compared(site):
    site.put("/list.html", listing("/a.html"))
    site.put("/a.html", policy_page())
    put_feed(site)
    visit()
    site.put("/a.html", policy_page().replace("一次性奖励20万元", "一次性奖励30万元"))

    changed = visit(at=AT + timedelta(days=1))

    assert counts(changed) == {"changed": 1}
    document = CollectedDocument.objects.get()
    assert document.current.ordinal == 2
    lines = queries.difference(document.pk, old=1, new=2)
    assert [(line.sign, "20万元" in line.text, "30万元" in line.text) for line in lines if line.sign != " "] == [
        ("-", True, False),
        ("+", False, True),
    ]
    assert "20万元" in document.versions.get(ordinal=1).text


def test_a_page_that_changed_its_layout_is_told_and_the_old_version_stays(site):
    site.put("/list.html", listing("/a.html"))
    site.put("/a.html", policy_page())
    put_feed(site)
    visit()

    for nonsense in (
        "<html><body><div id='app'></div></body></html>",
        "<html><body><p>您访问的页面需要启用脚本，请稍后再试，或返回首页重新进入本网站的相关栏目。</p></body></html>",
        policy_page(
            title="系统升级公告",
            number="",
            agency="网站管理员",
            body=["本网站正在升级，请耐心等待，由此带来的不便敬请谅解。" * 12],
        ),
    ):
        site.put("/a.html", nonsense)
        assert counts(visit()) == {"failed": 1}

    assert CollectedVersion.objects.count() == 1
    trouble = CollectionTrouble.objects.get(settled_at=None)
    assert trouble.reason == Reason.LAYOUT
    assert "之前收到的内容仍然保留" in trouble.words
    site.put("/a.html", policy_page())
    visit()
    assert not CollectionTrouble.objects.filter(settled_at=None).exists()


def test_the_same_policy_from_three_publishers_is_one_document(site):
    site.put("/list.html", listing("/a.html", "/b.html", "/c.html"))
    site.put("/a.html", policy_page())
    site.put(
        "/b.html",
        policy_page(number="深中小企规[2026]03号", released="2026-05-25").replace("各有关单位：", "各区各有关单位："),
    )
    site.put("/c.html", policy_page(box=False).replace("<p>深中小企规〔2026〕3号</p>", ""))
    put_feed(site)

    done = visit()

    assert counts(done) == {"added": 1, "joined": 2}
    document = CollectedDocument.objects.get()
    assert document.origins.count() == 3
    assert document.versions.count() == 1


def test_the_yearly_notice_with_the_same_words_is_another_document(site):
    site.put("/list.html", listing("/a.html", "/b.html"))
    site.put("/a.html", policy_page())
    site.put("/b.html", policy_page(number="深中小企规〔2027〕3号", written="2027年5月20日"))
    put_feed(site)

    assert counts(visit()) == {"added": 2}


def test_two_titles_under_one_number_are_told(site):
    site.put("/list.html", listing("/a.html", "/b.html"))
    site.put("/a.html", policy_page())
    other = [
        "为做好今年的森林防火工作，切实保障人民群众生命财产安全，现将有关事项通知如下。",
        "一、各区要加强巡查，落实责任。",
    ]
    site.put("/b.html", policy_page(title="深圳市中小企业服务局关于森林防火的通知", body=other))
    put_feed(site)

    visit()

    (warned,) = CollectedVersion.objects.filter(title__contains="森林防火")
    assert any("相同，标题却不同" in one for one in warned.warnings)


def test_every_failure_is_kept_with_its_reason_and_stops_nothing(site):
    site.put("/robots.txt", "User-agent: *\nDisallow: /inner/\n", media_type="text/plain")
    site.put("/list.html", listing("/inner/x.html", "/gone.html", "/scan.pdf", "/rubbish.html", "/old.doc", "/a.html"))
    site.put("/scan.pdf", files.scanned_pdf(), media_type="application/pdf")
    site.put("/rubbish.html", policy_page().encode("utf-8").decode("gb18030", errors="replace"))
    site.put("/old.doc", b"\xd0\xcf\x11\xe0" + b"\0" * 100, media_type="application/msword")
    site.put("/a.html", policy_page())
    put_feed(site)

    done = visit()

    assert counts(done) == {"added": 1, "failed": 5}
    reasons = {one.address.rpartition("/")[2]: one.reason for one in CollectionTrouble.objects.all()}
    assert reasons == {
        "x.html": "DISALLOWED",
        "gone.html": "GONE",
        "scan.pdf": "SCANNED",
        "rubbish.html": "GARBLED",
        "old.doc": "UNSUPPORTED",
    }
    assert not CollectedVersion.objects.filter(text__contains="鏀").exists()
    scan = CollectionTrouble.objects.get(reason="SCANNED")
    assert bytes(scan.original.content) == files.scanned_pdf()
    visit()
    assert CollectionTrouble.objects.count() == 5


def test_a_person_enters_the_text_of_a_scan(site):
    site.put("/list.html", listing("/scan.pdf"))
    site.put("/scan.pdf", files.scanned_pdf(), media_type="application/pdf")
    put_feed(site)
    visit()
    (waiting,) = queries.troubles()
    text = "深圳市财政局关于印发专项资金管理办法的通知\n深财规〔2026〕8号\n各有关单位：\n本办法自2026年7月1日起施行，有效期5年。\n深圳市财政局\n2026年6月1日"

    taken = collecting.enter_text(waiting.trouble_id, text, by=BY, at=AT)

    assert taken.title == "深圳市财政局关于印发专项资金管理办法的通知"
    version = CollectedVersion.objects.get()
    assert bytes(version.original.content) == files.scanned_pdf()
    assert version.expires_on == date(2031, 6, 30)
    assert queries.troubles() == []
    with pytest.raises(collecting.TroubleSettled):
        collecting.enter_text(waiting.trouble_id, text, by=BY, at=AT)


@pytest.mark.parametrize("text", ["", "太短", "\x00" * 100, "长" * 500_001])
def test_a_text_entered_by_hand_is_checked(site, text):
    site.put("/list.html", listing("/scan.pdf"))
    site.put("/scan.pdf", files.scanned_pdf(), media_type="application/pdf")
    put_feed(site)
    visit()
    (waiting,) = queries.troubles()

    with pytest.raises(collecting.BadText):
        collecting.enter_text(waiting.trouble_id, text, by=BY, at=AT)
    with pytest.raises(collecting.NoSuchTrouble):
        collecting.enter_text(0, "x" * 100, by=BY, at=AT)

    assert len(queries.troubles()) == 1


def test_an_endless_listing_stops_at_its_bound_and_says_so(site):
    for number in range(40):
        site.put(
            f"/list{number}.html",
            listing(f"/{number}.html", following=f'<a class="next" href="/list{number + 1}.html">下一页</a>'),
        )
        site.put(
            f"/{number}.html",
            policy_page(
                title=f"深圳市财政局关于第{number}号事项的通知",
                number=f"深财〔2026〕{number + 1}号",
                agency="深圳市财政局",
            ),
        )
    put_feed(site, address=f"{site.url}/list0.html", following="//a[@class='next']", most_pages=3)

    done = visit()

    assert counts(done) == {"added": 3, "failed": 1}
    (told,) = queries.troubles()
    assert "列表翻到第 3 页仍有下一页" in told.words
    assert "/list3.html" not in site.paths()


def test_a_listing_whose_next_page_is_itself_ends(site):
    site.put("/list.html", listing("/a.html", following='<a class="next" href="/list.html?p=2">下一页</a>'))
    site.put("/list.html?p=2", listing("/a.html", following='<a class="next" href="/list.html?p=3">下一页</a>'))
    site.put("/a.html", policy_page())
    put_feed(site, following="//a[@class='next']")

    visit()

    assert "/list.html?p=3" not in site.paths()
    assert "没有新的内容" in queries.troubles()[0].words


def test_pages_numbered_by_a_pattern_end_where_one_is_missing(site):
    site.put("/index.html", listing("/a.html"))
    site.put("/index_1.html", listing("/b.html"))
    site.put("/a.html", policy_page())
    site.put(
        "/b.html", policy_page(title="深圳市财政局关于预算的通知", number="深财〔2026〕9号", agency="深圳市财政局")
    )
    put_feed(site, address=f"{site.url}/index.html", following="index_{n}.html")

    assert counts(visit()) == {"added": 2}


def test_more_documents_than_a_visit_takes_are_told(site):
    site.put("/list.html", listing("/a.html", "/b.html", "/c.html"))
    site.put("/a.html", policy_page())
    put_feed(site, most_documents=1)

    assert counts(visit()) == {"added": 1, "failed": 1}
    assert "上限" in queries.troubles()[0].words


def test_a_listing_that_changed_its_layout_fails_as_a_whole_and_is_due_again(site):
    site.put("/list.html", "<html><body><div id='app'></div></body></html>")
    put_feed(site)

    done = visit()

    assert done.status == Visit.Status.FAILED
    assert "没有找到链接" in queries.troubles()[0].words
    assert Feed.objects.get().due_at == AT + timedelta(hours=24)


def test_rss_and_atom_bring_what_they_link_to_and_the_printed_date_beats_theirs(site):
    site.put(
        "/rss.xml",
        f"""<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>政策</title>
        <item><title>专精特新奖励</title><link>{site.url}/a.html</link><pubDate>Sat, 20 Jun 2026 08:00:00 GMT</pubDate></item>
        </channel></rss>""",
        media_type="application/rss+xml",
    )
    site.put("/a.html", policy_page())
    put_feed(site, kind="RSS", address=f"{site.url}/rss.xml", links="")

    visit()

    version = CollectedVersion.objects.get()
    assert version.released_on == date(2026, 5, 22)
    assert version.evidence["released_on"]["others"] == [
        {"value": "2026-06-20", "evidence": "2026-06-20", "where": "采集来源", "confidence": 0.4}
    ]
    assert any(
        one.startswith("发布日期前后不一：页面标注为“2026-05-22”，采集来源为“2026-06-20”") for one in version.warnings
    )


def test_a_sitemap_is_read_through_its_index_and_filtered(site):
    index = f"<sitemapindex xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'><sitemap><loc>{site.url}/one.xml</loc></sitemap><sitemap><loc>{site.url}/gone.xml</loc></sitemap></sitemapindex>"
    site.put("/sitemap.xml", index, media_type="application/xml")
    urls = "".join(f"<url><loc>{site.url}{path}</loc></url>" for path in ("/zhengce/a.html", "/news/b.html"))
    site.put(
        "/one.xml",
        f"<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>{urls}</urlset>",
        media_type="application/xml",
    )
    site.put("/zhengce/a.html", policy_page())
    put_feed(site, kind="SITEMAP", address=f"{site.url}/sitemap.xml", only="/zhengce/", links="")

    done = visit()

    assert counts(done) == {"added": 1, "failed": 1}
    assert "/news/b.html" not in site.paths()


@pytest.mark.parametrize("kind", ["RSS", "SITEMAP"])
@pytest.mark.parametrize(
    "body", ["", "<html><body>404</body></html>", "<rss", "<!DOCTYPE x [<!ENTITY a 'b'>]><urlset>&a;</urlset"]
)
def test_a_feed_that_is_none_fails_as_a_whole(site, kind, body):
    site.put("/feed.xml", body, media_type="application/xml")
    put_feed(site, kind=kind, address=f"{site.url}/feed.xml", links="")

    assert visit().status == Visit.Status.FAILED
    assert len(queries.troubles()) == 1


def test_a_folder_of_pages_pdf_and_word_files_is_a_feed_too(site, settings, tmp_path):
    settings.YIMEN_DROPS = str(tmp_path)
    (tmp_path / "deep").mkdir()
    (tmp_path / "a.html").write_bytes(policy_page().encode("gb18030").replace(b"utf-8", b"gb2312"))
    (tmp_path / "deep" / "b.docx").write_bytes(files.docx_of(files.NOTICE))
    (tmp_path / "c.pdf").write_bytes(files.pdf_of(files.MEASURES))
    (tmp_path / "ignored.tmp").write_bytes(b"x")
    put_feed(site, kind="FOLDER", address=str(tmp_path), links="")

    done = visit()

    assert counts(done) == {"added": 3}
    assert set(CollectedVersion.objects.values_list("number", flat=True)) == {
        "深中小企规〔2026〕3号",
        "深人社规〔2026〕11号",
        "深福府办规〔2026〕9号",
    }


def test_relations_find_their_documents_whichever_comes_first(site):
    site.put("/list.html", listing("/new.html", "/old.html", "/explained.html"))
    site.put(
        "/new.html",
        policy_page(
            title="深圳市财政局关于印发专项资金管理办法的通知",
            number="深财规〔2026〕8号",
            agency="深圳市财政局",
            body=[
                "现将专项资金管理办法印发给你们，请遵照执行，并将执行中的问题及时反馈。",
                "本办法自2026年7月1日起施行，有效期5年。《深圳市财政局关于印发专项资金管理办法的通知》（深财规〔2021〕5号）同时废止。",
            ],
        ),
    )
    site.put(
        "/old.html",
        policy_page(
            title="深圳市财政局关于印发专项资金管理办法的通知",
            number="深财规〔2021〕5号",
            agency="深圳市财政局",
            written="2021年6月1日",
            released="2021-06-02",
            body=[
                "旧的专项资金管理办法，适用于本市专项资金的申报、审核、拨付和监督管理。",
                "本办法自2021年7月1日起施行，有效期6年。",
            ],
        ),
    )
    site.put(
        "/explained.html",
        policy_page(
            title="《深圳市财政局关于印发专项资金管理办法的通知》（深财规〔2026〕8号）政策解读",
            number="",
            agency="深圳市财政局",
            body=["一、出台背景。原办法即将到期，为衔接好相关工作，我局修订形成了新的办法，主要变化如下文所述。"],
        ),
    )
    put_feed(site)
    visit()

    by_number = {one.number: one for one in CollectedDocument.objects.all()}
    new, old = by_number["深财规〔2026〕8号"], by_number["深财规〔2021〕5号"]
    repeals = DocumentRelation.objects.get(kind="REPEALS")
    assert (repeals.document, repeals.target) == (new, old)
    assert DocumentRelation.objects.get(kind="INTERPRETS").target == new
    states = {
        day: queries.document(old.pk, on=day).row.state
        for day in (date(2021, 6, 15), date(2026, 6, 30), date(2026, 7, 1))
    }
    assert list(states.values()) == [State.NOT_YET, State.IN_FORCE, State.REPEALED]
    assert queries.document(new.pk, on=date(2031, 7, 1)).row.state is State.EXPIRED
    assert [one.label for one in queries.document(new.pk, on=TODAY).related_from] == ["解读"]


def test_a_feed_is_visited_by_one_at_a_time(site):
    put_feed(site)
    held, over = threading.Event(), threading.Event()

    def hold():
        with locks.exclusive("policies.feed", "sz"):
            held.set()
            over.wait(10)
        connection.close()

    another = threading.Thread(target=hold)
    another.start()
    held.wait(10)
    try:
        with pytest.raises(collecting.FeedBusy):
            visit()
    finally:
        over.set()
        another.join()

    assert not Visit.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_the_same_policy_brought_by_two_at_once_is_one_document():
    visits = [Visit.objects.create(started_at=AT, started_by="x") for _ in range(4)]
    together = threading.Barrier(4)
    failures = []

    def bring(number):
        try:
            together.wait(10)
            brought = collecting.Brought(f"https://example.org/{number}.html", policy_page().encode(), "text/html")
            collecting.take(brought, visit=visits[number], at=AT)
        except Exception as error:  # noqa: BLE001 - told by the test itself
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=bring, args=[number]) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failures == []
    document = CollectedDocument.objects.get()
    assert (document.origins.count(), document.versions.count(), Original.objects.count()) == (4, 1, 1)
    assert sorted(counts(Visit.objects.get(pk=one.pk)).popitem()[0] for one in visits) == [
        "added",
        "joined",
        "joined",
        "joined",
    ]


def test_a_document_is_whole_or_not_there_when_keeping_it_fails_halfway(site):
    site.put("/list.html", listing("/a.html"))
    site.put("/a.html", policy_page())
    put_feed(site)

    def fail(**_):
        raise RuntimeError("somebody who heard of it failed")

    events.version_collected.connect(fail)
    try:
        with pytest.raises(RuntimeError), transaction.atomic():
            visit()
    finally:
        events.version_collected.disconnect(fail)

    for model in (CollectedDocument, CollectedVersion, Original, Origin, DocumentRelation):
        assert not model.objects.exists()
    assert counts(visit()) == {"added": 1}


def test_a_visit_whose_process_died_is_closed_by_the_next(site):
    site.put("/list.html", listing("/a.html"))
    site.put("/a.html", policy_page())
    feed = put_feed(site)
    died = Visit.objects.create(feed=feed, started_at=AT, started_by="x")

    visit(at=AT + timedelta(hours=1))

    died.refresh_from_db()
    assert died.status == Visit.Status.FAILED


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"address": "ftp://example.org/"}, "https://"),
        ({"address": "http://u:p@example.org/"}, "用户名"),
        ({"address": "http://[::"}, "方括号"),
        ({"links": "//a[["}, "XPath"),
        ({"following": "nonsense::a"}, "XPath"),
        ({"only": "("}, "正则表达式"),
        ({"kind": "FOLDER", "address": "/etc", "links": ""}, "文件夹应在"),
        ({"kind": "FAX"}, "来源类型"),
        ({"most_pages": 0}, "最多翻页数"),
        ({"every_hours": 0}, "间隔小时数"),
        ({"pause_s": float("nan")}, "两次请求的间隔"),
        ({"title": ""}, "来源名称"),
    ],
)
def test_a_feed_that_makes_no_sense_is_refused_with_a_remedy(site, given, words):
    with pytest.raises(collecting.BadFeed) as refused:
        put_feed(site, **given)

    assert words in refused.value.detail
    assert not Feed.objects.exists()


def test_the_clock_queues_only_the_feeds_that_are_due(site):
    put_feed(site, name="due")
    put_feed(site, name="resting", is_active=False)
    put_feed(site, name="later")
    Feed.objects.filter(pk="later").update(due_at=AT + timedelta(hours=1))

    assert collecting.due_feeds(at=AT) == ["due"]


def test_an_unknown_feed_is_told():
    with pytest.raises(collecting.NoSuchFeed):
        visit("nothing")


def test_lists_cost_no_more_with_more_documents(site, django_assert_max_num_queries):
    for number in range(8):
        site.put(
            f"/{number}.html",
            policy_page(
                title=f"深圳市财政局关于第{number}号事项的通知",
                number=f"深财〔2026〕{number + 1}号",
                agency="深圳市财政局",
            ),
        )
    site.put("/list.html", listing(*(f"/{number}.html" for number in range(8))))
    put_feed(site)
    visit()

    with django_assert_max_num_queries(4):
        rows = queries.documents(on=TODAY)
    assert len(rows) == 8
    assert [row.name for row in queries.feeds()] == ["sz"]
    assert [row.title for row in queries.documents(on=TODAY, text="第3号")] == ["深圳市财政局关于第3号事项的通知"]
    assert Original.objects.count() == 8
    with pytest.raises(queries.NoSuchDocument):
        queries.document(0, on=TODAY)


def test_the_clock_queues_a_visit_of_each_due_feed_and_the_job_makes_it(site):
    site.put("/list.html", listing("/a.html"))
    site.put("/a.html", policy_page())
    put_feed(site)
    Feed.objects.update(due_at=timezone.now())

    policy_jobs.visit_due_feeds(0)
    queued = list(ProcrastinateJob.objects.filter(task_name="policies.visit_feed").values_list("args", flat=True))
    policy_jobs.visit_feed(**queued[0])
    policy_jobs.visit_due_feeds(0)
    policy_jobs.visit_feed("a-feed-that-is-gone")

    assert queued == [{"feed": "sz"}]
    assert CollectedDocument.objects.count() == 1
    assert collecting.due_feeds(at=timezone.now()) == []


def test_real_laws_are_a_hundred_documents_and_find_each_other(shared, tmp_path):
    """Of the 103 texts three are older or newer wordings of others: versions, whichever comes first."""
    for path in (shared / "data" / "policy" / "regulations").glob("*.json"):
        text = corpus.regulation_text(json.loads(path.read_text(encoding="utf-8")))
        (tmp_path / f"{path.stem}.txt").write_text(text, encoding="utf-8")

    done = collecting.import_path(tmp_path, by=BY, at=AT)

    assert (done.added, done.failed) == (100, 0)
    assert {one.title: one.versions.count() for one in CollectedDocument.objects.all() if one.versions.count() > 1} == {
        "互联网上网服务营业场所管理条例": 2,
        "中国公民收养子女登记办法": 2,
        "中国人民解放军实施《中华人民共和国药品管理法》办法": 2,
    }
    adoption = CollectedDocument.objects.get(title="中国公民收养子女登记办法").current
    assert adoption.revised_on == date(2023, 7, 20)
    organs = CollectedDocument.objects.get(title="人体器官移植条例")
    states = {year: queries.document(organs.pk, on=date(year, 6, 1)).row.state for year in (2006, 2008, 2024)}
    assert states == {2006: State.NOT_YET, 2008: State.IN_FORCE, 2024: State.REPEALED}
    rules = CollectedDocument.objects.get(title="中华人民共和国市场主体登记管理条例实施细则")
    assert rules.relations.get(kind="IMPLEMENTS").target.title == "中华人民共和国市场主体登记管理条例"
