"""A visitor to the site: follows links and submits forms over real HTTP as a browser without scripts would."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Self
from urllib.parse import urljoin

import httpx
from lxml import html


class StoryError(Exception):
    """The site did not do what the story needs; the message says at which address and what was seen."""


@dataclass(frozen=True, slots=True)
class Page:
    """A page as fetched: where it ended up, its status, its tree, and how long the click took in milliseconds."""

    url: str
    status: int
    tree: html.HtmlElement
    elapsed_ms: float

    @property
    def text(self) -> str:
        """Return the words of the page's main part, whitespace folded."""
        mains = self.tree.xpath("//main")
        return " ".join((mains[0] if mains else self.tree).text_content().split())

    def link(self, part: str) -> str:
        """Return the address of the first link of the main part whose address holds this.

        Raises:
            StoryError: there is no such link on the page.
        """
        for address in self.tree.xpath("//main//a/@href"):
            if part in address:
                return urljoin(self.url, str(address))
        raise StoryError(f"{self.url} 上没有指向 {part} 的链接。")


class Visitor:
    """One person's browser: cookies of its own, no scripts."""

    def __init__(self, base_url: str) -> None:
        """Open a browser at the site's address."""
        self._client = httpx.Client(base_url=base_url, follow_redirects=True, timeout=60)

    def __enter__(self) -> Self:
        """Give the open browser."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close it."""
        self._client.close()

    def get(self, url: str, *, is_refused: bool = False) -> Page:
        """Open an address; one that is to be refused gives its page as well.

        Raises:
            StoryError: the site answered with an error, or did not where it should have.
        """
        started = time.perf_counter()
        return self._page(self._client.get(url), started, is_refused=is_refused)

    def download(self, url: str) -> bytes:
        """Return the bytes at an address.

        Raises:
            StoryError: it did not answer with 200.
        """
        answer = self._client.get(url)
        if not answer.is_success:
            raise StoryError(f"{url} 返回 {answer.status_code}。")
        return answer.content

    def submit(self, page: Page, action: str, fields: Mapping[str, str] | None = None) -> Page:
        """Fill in and send the page's form whose address (or whose button's) ends with this.

        Values the page shows already are sent as they are, as a browser does; `fields` go over them.

        Raises:
            StoryError: there is no such form, or the site answered with an error.
        """
        for form in page.tree.forms:
            targets = [form.get("action") or page.url, *form.xpath(".//button/@formaction")]
            target = next(
                (one for one in targets if urljoin(page.url, one).rstrip("/").endswith(action.rstrip("/"))), None
            )
            if target is not None:
                values = {str(name): str(value) for name, value in form.form_values()}
                started = time.perf_counter()
                answer = self._client.post(
                    urljoin(page.url, target), data={**values, **(fields or {})}, headers={"Referer": page.url}
                )
                return self._page(answer, started)
        raise StoryError(f"{page.url} 上没有提交到 {action} 的表单。")

    def _page(self, answer: httpx.Response, started: float, *, is_refused: bool = False) -> Page:
        elapsed_ms = (time.perf_counter() - started) * 1000
        if answer.is_error is not is_refused:
            raise StoryError(f"{answer.request.method} {answer.url} 返回 {answer.status_code}。")
        return Page(str(answer.url), answer.status_code, html.fromstring(answer.text), elapsed_ms)
