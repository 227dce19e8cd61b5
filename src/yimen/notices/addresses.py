"""What somebody types as an address of theirs, and what it is for the library that sends.

A webhook must not become a way into our own house (SSRF): only public addresses are spoken to, and those hosts of the
intranet that the operator names. They are looked up when they are typed and again before each message.
"""

import ipaddress
import re
import socket
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, quote, urlsplit

from yimen.core.errors import Invalid

LONGEST = 500
KEYED = frozenset({"webhook"})
"""Kinds whose other end is given the delivery's number as `Idempotency-Key`, and so knows a repetition."""
_MAIL = re.compile(r"[A-Za-z0-9._%+-]{1,64}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,24}")
_TOKEN = re.compile(r"[A-Za-z0-9_-]{6,128}")
ROBOTS: Mapping[str, tuple[str, str, str, str]] = {
    "wecom": ("qyapi.weixin.qq.com", "/cgi-bin/webhook/send", "key", "wecombot"),
    "dingtalk": ("oapi.dingtalk.com", "/robot/send", "access_token", "dingtalk"),
    "feishu": ("open.feishu.cn", "/open-apis/bot/v2/hook/", "", "feishu"),
}
"""Where each robot lives: host, path, the query's name of its token (empty: the path goes on with it), and scheme."""


class BadAddress(Invalid):
    """An address is none that can be sent to."""

    code = "notices.bad-address"
    title = "这个地址不能用来收消息。"


@dataclass(frozen=True, slots=True)
class Address:
    """An address as it is kept, sealed: `url` for the library; `host` is None where it is fixed; `label` is shown."""

    url: str
    label: str
    host: str | None = None


def read(kind: str, text: str, *, relay: str, private: Collection[str]) -> Address:
    """Return what was typed as an address of this kind.

    `relay` is the operator's own mail address for the library, empty where there is none; `private` are the hosts
    of the intranet that may be spoken to.

    Raises:
        BadAddress: it is none; the sentence says what it should look like.
    """
    typed = text.strip()
    if not typed or len(typed) > LONGEST or any(ord(one) <= ord(" ") or one == "\x7f" for one in typed):
        raise BadAddress(f"请填写地址，不含空格，不超过 {LONGEST} 个字符。", field="address")
    if kind == "mail":
        return _mail(typed, relay)
    if kind in ROBOTS:
        return _robot(kind, typed)
    if kind in {"webhook", "bark"}:
        return _web(kind, typed, private)
    raise BadAddress("请选择一种通道。", field="kind")


def _mail(typed: str, relay: str) -> Address:
    if not relay:
        raise BadAddress("本站没有开通邮件，请选择别的通道。", field="kind")
    if not _MAIL.fullmatch(typed):
        raise BadAddress("邮箱应像 name@example.cn 这样。", field="address")
    joint = "&" if "?" in relay else "?"
    name, _, host = typed.partition("@")
    return Address(f"{relay}{joint}to={quote(typed, safe='@')}", f"{name[0]}***@{host}")


def _robot(kind: str, typed: str) -> Address:
    host, path, name, scheme = ROBOTS[kind]
    example = f"https://{host}{path}" + (f"?{name}=…" if name else "…")
    try:
        parts = urlsplit(typed)
        is_there = (parts.scheme, parts.netloc) == ("https", host)
    except ValueError as error:
        raise BadAddress(f"机器人的地址应像 {example} 这样。", field="address") from error
    if name:
        token = dict(parse_qsl(parts.query)).get(name, "") if parts.path == path else ""
    else:
        token = parts.path.removeprefix(path) if parts.path.startswith(path) else ""
    if not is_there or not _TOKEN.fullmatch(token):
        raise BadAddress(f"机器人的地址应像 {example} 这样，请从群机器人的设置里复制。", field="address")
    return Address(f"{scheme}://{token}", f"尾号 {token[-4:]}")


def _web(kind: str, typed: str, private: Collection[str]) -> Address:
    try:
        parts = urlsplit(typed)
        port = f":{parts.port}" if parts.port else ""
    except ValueError as error:
        raise BadAddress("地址写得不对，请检查方括号和端口。", field="address") from error
    host = parts.hostname or ""
    inside = host in private
    if parts.scheme != "https" and not (inside and parts.scheme == "http"):
        raise BadAddress("地址应以 https:// 开头。", field="address")
    if not host or "%" in host or parts.username is not None or parts.password is not None or parts.fragment:
        raise BadAddress("地址应是一台主机上的网址，不含用户名、密码和“#”。", field="address")
    if trouble := unreachable(host, private=private):
        raise BadAddress(trouble, field="address")
    named = f"[{host}]" if ":" in host else host
    path = quote(parts.path, safe="/%~-._!$&'()*+,;=:@")
    secure = "s" if parts.scheme == "https" else ""
    if kind == "bark":
        device = path.strip("/")
        if not _TOKEN.fullmatch(device):
            raise BadAddress("Bark 的地址应像 https://api.day.app/设备密钥 这样。", field="address")
        return Address(f"bark{secure}://{named}{port}/{device}", f"{host} 尾号 {device[-4:]}", host)
    # The library reads a query as its own settings, but what begins with a minus goes to the other end.
    asked = "&".join(f"-{quote(name, safe='')}={quote(value, safe='')}" for name, value in parse_qsl(parts.query))
    return Address(f"json{secure}://{named}{port}{path or '/'}" + (f"?{asked}" if asked else ""), host, host)


def unreachable(host: str, *, private: Collection[str]) -> str:
    """Return why this host may not be spoken to, empty where it may: all addresses of its name must be public."""
    if host in private:
        return ""
    try:
        found = {str(entry[4][0]) for entry in socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)}
    except (OSError, UnicodeError):
        return "找不到这台主机，请检查名称。"
    return "" if all(_is_public(one) for one in found) else "这个地址不在公网上，消息不能发到那里。"


def _is_public(address: str) -> bool:
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped is not None:
        found = found.ipv4_mapped
    return found.is_global and not found.is_multicast
