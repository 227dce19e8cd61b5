"""Which addresses a page may register: a source must not become a way into our own house (SSRF).

Departments' systems stand in private networks, so those are allowed; what is never a department's system is not: this
machine itself, link-local addresses (where clouds keep their metadata), multicast, a socket or file outside the folder
for drops. What an operator sets in the environment is not looked at: the operator owns the machine.
"""

import ipaddress
import socket
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import SplitResult, parse_qs, quote, unquote, urlsplit, urlunsplit

SCHEMES: Mapping[str, tuple[str, ...]] = {
    "sql": ("postgresql", "postgres", "mysql", "mariadb"),
    "rest": ("https", "http"),
    "file": ("file",),
}
OPTIONS: Mapping[str, frozenset[str]] = {
    "postgresql": frozenset({"sslmode"}),
    "postgres": frozenset({"sslmode"}),
}
"""What may stand behind the question mark. Others lead elsewhere: `host`, `service`, `passfile`, `unix_socket`."""
SSL_MODES = frozenset({"require", "verify-ca", "verify-full", "prefer"})


def problems(kind: str, url: str, *, drops: Path, loopback: bool) -> list[str]:
    """Return what is wrong with an address of this kind of source, each with its remedy; empty when it may be used.

    `drops` is the folder under which files may be dropped; `loopback` whether this machine itself may be asked.
    Names are looked up: each address a name stands for must be allowed.
    """
    if any(ord(character) <= ord(" ") or character == "\x7f" for character in url):
        return ["地址中有空格或控制字符，请去掉。"]
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return ["地址写得不对，请检查方括号和端口。"]
    allowed = SCHEMES.get(kind, ())
    if parts.scheme not in allowed and kind == "sql":
        return ["请选择数据库的种类：PostgreSQL、MariaDB 或 MySQL。"]
    if parts.scheme not in allowed:
        return [f"地址应以 {'、'.join(f'{one}://' for one in allowed)} 开头。"]
    if parts.password is not None or parts.username is not None:
        return ["地址中不要写用户名和密码，请填在下面的栏目里。"]
    if kind == "file":
        return list(_of_folder(parts, drops))
    return [*_of_options(parts), *_of_host(parts, loopback=loopback)]


def _of_folder(parts: SplitResult, drops: Path) -> Iterator[str]:
    folder = Path(unquote(parts.path)).resolve()
    if parts.netloc or not folder.is_relative_to(drops.resolve()):
        yield f"投递目录应在 {drops} 之下。"


def _of_options(parts: SplitResult) -> Iterator[str]:
    if parts.fragment:
        yield "地址中不要有“#”。"
    options = parse_qs(parts.query, keep_blank_values=True)
    if parts.scheme in {"http", "https"} or not parts.query:
        if parts.query:
            yield "地址中不要有“?”，参数由数据资源的路径给出。"
        return
    known = OPTIONS.get(parts.scheme, frozenset())
    if unknown := sorted(options.keys() - known):
        yield f"地址中的参数 {'、'.join(unknown)} 不能使用，请去掉。"
    if any(mode not in SSL_MODES for mode in options.get("sslmode", [])):
        yield f"sslmode 应为 {'、'.join(sorted(SSL_MODES))} 之一。"


def _of_host(parts: SplitResult, *, loopback: bool) -> Iterator[str]:
    host = parts.hostname or ""
    if not host or "," in host or "%" in host or host.startswith("/"):
        yield "请写明一台主机的名称或地址。"
        return
    if parts.scheme not in {"http", "https"} and not parts.path.strip("/"):
        yield "请在地址末尾写明数据库名，如 /police。"
    try:
        found = {entry[4][0] for entry in socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)}
    except (OSError, UnicodeError):
        yield "找不到这台主机，请检查名称。"
        return
    if not all(_is_allowed(str(one), loopback=loopback) for one in found):
        yield "这个地址指向平台自身或网络设施，不是部门的系统。"


def _is_allowed(address: str, *, loopback: bool) -> bool:
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped is not None:
        found = found.ipv4_mapped
    if found.is_loopback:
        return loopback
    return not (found.is_link_local or found.is_unspecified or found.is_multicast or found.is_reserved)


def with_login(url: str, login: str, secret: str) -> str:
    """Return a database's address with the user and the password in it, for the driver alone."""
    parts = urlsplit(url)
    who = quote(login, safe="") + (f":{quote(secret, safe='')}" if secret else "")
    return urlunsplit(parts._replace(netloc=f"{who}@{parts.netloc}" if login else parts.netloc))


def shown(url: str) -> str:
    """Return an address as a page may show it: without user, password and options."""
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))
