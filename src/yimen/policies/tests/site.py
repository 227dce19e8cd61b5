"""A department's real web site on this machine: pages that change, a robots.txt, lists, and servers that misbehave."""

import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Page:
    body: bytes
    media_type: str = "text/html; charset=utf-8"
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    delay_s: float = 0.0
    trickle: bool = False


class Site(ThreadingHTTPServer):
    """`pages` by path; `asked` are the requests in order, with their headers."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        self.pages: dict[str, Page] = {}
        self.asked: list[tuple[str, dict[str, str]]] = []

    def __enter__(self):
        threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *_):
        self.shutdown()
        self.server_close()

    def handle_error(self, request, client_address):
        """A visitor that hangs up early is what some tests are about."""

    def put(self, path, body, **rest):
        content = body if isinstance(body, bytes) else body.encode()
        self.pages[path] = Page(content, **rest)
        return f"{self.url}{path}"

    def paths(self):
        return [path for path, _ in self.asked]


class _Handler(BaseHTTPRequestHandler):
    server: Site
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.server.asked.append((self.path, dict(self.headers)))
        page = self.server.pages.get(self.path, Page(b"<p>no such page</p>", status=404))
        time.sleep(page.delay_s)
        etag = page.headers.get("ETag")
        if etag and self.headers.get("If-None-Match") == etag:
            self.send_response(304)
            self.send_header("ETag", etag)
            self.end_headers()
            return
        self.send_response(page.status)
        for name, value in {"Content-Type": page.media_type, **page.headers}.items():
            self.send_header(name, value)
        if page.trickle:
            self.send_header("Connection", "close")
            self.end_headers()
            self.close_connection = True
            try:
                while True:
                    self.wfile.write(b"<p>more and more</p>" * 500)
                    time.sleep(0.005)
            except OSError:
                return
        self.send_header("Content-Length", str(len(page.body)))
        self.end_headers()
        self.wfile.write(page.body)

    def log_message(self, *_):
        """Say nothing."""


NAVIGATION = "".join(f'<li><a href="/col{number}/">栏目导航第{number}项</a></li>' for number in range(12))


def policy_page(
    title="深圳市中小企业服务局关于开展专精特新企业奖励工作的通知",
    number="深中小企规〔2026〕3号",
    agency="深圳市中小企业服务局",
    written="2026年5月20日",
    released="2026-05-22",
    body=(),
    *,
    box=True,
):
    """A page as departments publish them: navigation, the box of labels, the text, a footer."""
    paragraphs = body or (
        "为加大对优质中小企业的培育力度，根据《优质中小企业梯度培育管理办法》，现就专精特新企业奖励兑现有关事项通知如下。",
        "一、支持对象。在深圳市依法登记、具有独立法人资格且登记状态正常，并在本年度新获认定的专精特新中小企业。",
        "二、奖励标准。对专精特新中小企业给予一次性奖励20万元，对国家专精特新“小巨人”企业给予一次性奖励50万元。",
        "三、本通知自2026年6月1日起施行，有效期3年。",
    )
    labels = (
        f"<table><tr><td>索引号：</td><td>MB2C/2026-00001</td><td>发文机关：</td><td>{agency}</td></tr>"
        f"<tr><td>成文日期：</td><td>{written}</td><td>发布日期：</td><td>{released}</td></tr>"
        f"<tr><td>文号：</td><td>{number}</td><td>主题分类：</td><td>工业、交通</td></tr></table>"
        if box
        else ""
    )
    text = "".join(f"<p>{one}</p>" for one in paragraphs)
    return (
        f"<!DOCTYPE html><html><head><meta charset='utf-8'><title>{title}_某某网</title></head><body>"
        f"<nav><ul>{NAVIGATION}</ul></nav><div class='main'>{labels}<div class='article'>"
        f"<p style='text-align:center'>{title}</p><p>{number}</p><p>各有关单位：</p>{text}"
        f"<p>{agency}</p><p>{written}</p></div></div>"
        "<div class='foot'><p>主办：某某市政府办公厅　备案号：粤ICP备00000000号　网站标识码：0000000000</p></div></body></html>"
    )
