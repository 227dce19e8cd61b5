"""One address, asked politely: robots.txt, pauses, conditional requests, bounds, and no way into our own house."""

import pytest

from yimen.policies.collecting.fetching import Seen, Visitor
from yimen.policies.collecting.trouble import NotCollected, Reason
from yimen.policies.tests.site import Site


@pytest.fixture
def site():
    with Site() as site:
        yield site


def visitor(**given):
    return Visitor(
        "YimenPolicyCollector/1.0 (+http://localhost:8000)", **{"pause_s": 0.0, "allows_private": True, **given}
    )


def reason_of(address, **given):
    with visitor(**given) as asking, pytest.raises(NotCollected) as failed:
        asking.fetch(address)
    return failed.value.reason


def test_a_page_comes_with_its_type_and_validators(site):
    address = site.put("/a.html", "<p>x</p>", headers={"ETag": '"1"', "Last-Modified": "Mon, 01 Jun 2026 00:00:00 GMT"})

    with visitor() as asking:
        fetched = asking.fetch(address)

    assert fetched.content == b"<p>x</p>"
    assert fetched.media_type == "text/html; charset=utf-8"
    assert fetched.seen == Seen('"1"', "Mon, 01 Jun 2026 00:00:00 GMT")
    assert site.asked[-1][1]["User-Agent"].startswith("YimenPolicyCollector/1.0 (+http")


def test_what_did_not_change_is_not_sent_again(site):
    address = site.put("/a.html", "<p>x</p>", headers={"ETag": '"1"'})

    with visitor() as asking:
        again = asking.fetch(address, seen=asking.fetch(address).seen)

    assert again.content is None
    assert site.asked[-1][1]["If-None-Match"] == '"1"'


def test_what_robots_txt_forbids_is_not_asked_for(site):
    site.put("/robots.txt", "User-agent: *\nDisallow: /inner/\n", media_type="text/plain")
    address = site.put("/inner/a.html", "<p>x</p>")

    assert reason_of(address) is Reason.DISALLOWED
    assert "/inner/a.html" not in site.paths()


def test_robots_txt_may_forbid_us_by_name(site):
    site.put(
        "/robots.txt",
        "User-agent: YimenPolicyCollector\nDisallow: /\n\nUser-agent: *\nAllow: /\n",
        media_type="text/plain",
    )

    assert reason_of(site.put("/a.html", "<p>x</p>")) is Reason.DISALLOWED


def test_a_site_without_robots_txt_may_be_asked_and_one_whose_robots_txt_errs_may_not(site):
    address = site.put("/a.html", "<p>x</p>")
    with visitor() as asking:
        assert asking.fetch(address).content

    site.put("/robots.txt", "", status=503)

    assert reason_of(address) is Reason.DISALLOWED


def test_between_two_requests_to_a_host_lies_the_pause_or_what_robots_txt_asks(site):
    site.put("/robots.txt", "User-agent: *\nCrawl-delay: 7\n", media_type="text/plain")
    site.put("/a.html", "<p>x</p>")
    site.put("/b.html", "<p>x</p>")
    slept: list[float] = []

    with visitor(pause_s=2.0, sleep=slept.append) as asking:
        asking.fetch(f"{site.url}/a.html")
        asking.fetch(f"{site.url}/b.html")

    assert len(slept) == 2
    assert all(6 < one <= 7 for one in slept)
    assert site.paths().count("/robots.txt") == 1


def test_a_redirect_is_followed_and_one_that_never_ends_is_given_up(site):
    site.put("/old.html", "", status=302, headers={"Location": "/new.html"})
    site.put("/new.html", "<p>new</p>")
    site.put("/round.html", "", status=301, headers={"Location": "/round.html"})

    with visitor() as asking:
        assert asking.fetch(f"{site.url}/old.html").content == b"<p>new</p>"
    assert reason_of(f"{site.url}/round.html") is Reason.STATUS


def test_a_redirect_to_a_file_or_to_a_forbidden_page_is_refused(site):
    site.put("/robots.txt", "User-agent: *\nDisallow: /secret\n", media_type="text/plain")
    site.put("/a.html", "", status=302, headers={"Location": "file:///etc/hostname"})
    site.put("/b.html", "", status=302, headers={"Location": "/secret"})

    assert reason_of(f"{site.url}/a.html") is Reason.ADDRESS
    assert reason_of(f"{site.url}/b.html") is Reason.DISALLOWED


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1:9/",
        "http://localhost:9/",
        "http://[::1]:9/",
        "http://169.254.169.254/latest/meta-data/",
        "http://10.0.0.1/",
        "http://192.168.1.1/",
        "http://0.0.0.0/",
        "http://[::ffff:127.0.0.1]/",
        "http://2130706433/",
    ],
)
def test_the_house_itself_is_never_asked(address):
    assert reason_of(address, allows_private=False) is Reason.ADDRESS


@pytest.mark.parametrize(
    "address",
    [
        "ftp://example.org/",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "http://",
        "http://u:p@example.org/",
        "http://[",
        "没有地址",
    ],
)
def test_only_web_addresses_are_taken(address):
    assert reason_of(address) is Reason.ADDRESS


def test_metadata_of_the_cloud_is_refused_even_where_private_networks_are_allowed():
    assert reason_of("http://169.254.169.254/") is Reason.ADDRESS


def test_what_is_too_large_or_never_ends_is_given_up(site):
    large = site.put("/large.html", b"x" * 3000)
    endless = site.put("/endless.html", b"", trickle=True)

    assert reason_of(large, largest=1000) is Reason.TOO_LARGE
    assert reason_of(endless, largest=100_000) is Reason.TOO_LARGE
    assert reason_of(endless, time_s=0.2) is Reason.SILENT


def test_a_silent_site_a_missing_page_and_an_error_are_told_apart(site):
    slow = site.put("/slow.html", "<p>x</p>", delay_s=0.5)
    error = site.put("/error.html", "", status=500)

    assert reason_of(slow, time_s=0.1) is Reason.SILENT
    assert reason_of(f"{site.url}/missing.html") is Reason.GONE
    assert reason_of(error) is Reason.STATUS
    assert reason_of("http://127.0.0.1:9/") is Reason.DISALLOWED  # robots.txt cannot be read either
