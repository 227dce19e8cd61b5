"""The whole site with a small population, and a real browser in front of it."""

import os
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from demo import site, stories
from demo.site import Site

PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 900}
BROWSER_FLAGS = [
    "--no-sandbox",  # as root the browser refuses its own sandbox; it only ever sees our own pages here
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def untold(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Return the running site, with 300 people in it and no story told yet."""
    home: Path = tmp_path_factory.mktemp("city")
    before = dict(os.environ)
    with site.running(
        home, count=300, say=lambda _what, _seconds: None, progress=lambda *_: None, today=date.today()
    ) as place:
        yield place
    os.environ.clear()
    os.environ.update(before)


@pytest.fixture(scope="session")
def told(untold: Site) -> list[stories.Story]:
    """Tell the demo's stories first: they are the city's own history, whatever journeys follow in whatever order."""
    return list(stories.tell_all(untold, lambda _title: lambda _step: None, today=date.today()))


@pytest.fixture(scope="session")
def city(untold: Site, told: list[stories.Story]) -> Site:
    """Return the running site, its stories told."""
    assert told
    return untold


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Return a real browser."""
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if program is None:
        pytest.fail("journeys need a browser: apt-get install chromium")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=program, args=BROWSER_FLAGS)
        yield running
        running.close()


@pytest.fixture(params=[PHONE, DESK], ids=["phone", "desk"])
def page(request: pytest.FixtureRequest, browser: Browser, city: Site) -> Iterator[Page]:
    """Return a fresh page of the site, once on a phone and once on a desk."""
    context = new_context(browser, city, request.param)
    yield context.new_page()
    context.close()


@pytest.fixture
def without_scripts(browser: Browser, city: Site) -> Iterator[Page]:
    """Return a page on a phone whose scripts are off."""
    context = browser.new_context(base_url=city.base_url, viewport=PHONE, locale="zh-CN", java_script_enabled=False)
    yield context.new_page()
    context.close()


def new_context(browser: Browser, city: Site, viewport: dict[str, int]) -> BrowserContext:
    """Return a browser context of its own: nobody is signed in."""
    return browser.new_context(base_url=city.base_url, viewport=viewport, locale="zh-CN")
