"""The catalogue in a browser: found, looked at, a change seen with what it would stop, and every page passed by axe."""

import pytest
from playwright.sync_api import Page

from tests.journeys.test_stories import look, overflow, sign_in

PAGES = (
    "/console/",
    "/console/datasets/",
    "/console/datasets/?q=户口簿",
    "/console/datasets/population/",
    "/console/datasets/population/versions/1/",
    "/console/datasets/population/retire/",
    "/console/datasets/new/",
    "/console/lineage/?kind=item&key=elderly-allowance",
    "/console/islands/",
    "/console/reviews/",
)


@pytest.mark.parametrize("address", PAGES)
def test_every_page_of_the_catalogue_passes_axe_and_fits_its_window(page: Page, address: str) -> None:
    sign_in(page, "demo-data-police")

    page.goto(address)

    assert page.locator("main").inner_text().strip()
    assert not overflow(page)
    look(page)


def test_whoever_takes_a_field_away_sees_first_which_items_stop(page: Page) -> None:
    sign_in(page, "demo-data-police")
    page.goto("/console/datasets/population/edit/")

    page.locator("summary", has_text="出生日期").click()
    for name in ("title", "name", "source_name"):
        page.locator(f'[name="field-1-{name}"]').fill("")
    page.get_by_role("button", name="保存草稿").click()

    assert "将不能自动批准" in page.locator("main").inner_text()
    assert "高龄老人津贴" in page.locator("main").inner_text()
    look(page)
