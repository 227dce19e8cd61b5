"""Connections to departments' systems: register, change, look up (数据源系统)."""

import re
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction

from yimen.core import memo
from yimen.core.errors import Conflict, Forbidden, Invalid
from yimen.core.memo import remembered
from yimen.core.vault import NotOpened, Vault, add_key, vault_at
from yimen.datasets.models import Dataset, SourceHealth, SourceSystem
from yimen.datasets.source_queries import SourceNotFound
from yimen.datasets.sources import ClientCredentials, Connection, Registered, Silent, Trouble, addresses
from yimen.parties.queries import Desk

NAME = re.compile(r"[a-z][a-z0-9_-]{1,59}")
HEADER = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,59}")
OURS = frozenset({"host", "connection", "content-length", "transfer-encoding", "te", "upgrade", "accept-encoding"})
"""Headers that are the protocol's own."""
LONGEST_TIMEOUT_S = 30.0
LONGEST_SECRET = 500


class BadSource(Invalid):
    """A source's registration makes no sense; `fields["errors"]` says what is wrong, by field."""

    code = "datasets.bad-source"
    title = "数据源填写有误。"


class SourceNameTaken(Conflict):
    """Another source has this name."""

    code = "datasets.source-name-taken"
    title = "这个连接名已经有了。"


class NotADataOfficer(Forbidden):
    """Only a data officer looks after an agency's sources."""

    code = "datasets.not-a-data-officer"
    title = "只有本部门的数据专员可以维护数据源。"


@dataclass(frozen=True, slots=True)
class SourceDraft:
    """What somebody says of a source. `secret` is None where the one that is kept stays, "" for none."""

    title: str
    kind: str
    url: str
    auth: str = "NONE"
    login: str = ""
    key_header: str = "X-Api-Key"
    secret: str | None = field(default=None, repr=False)
    token_url: str = ""
    scope: str = ""
    timeout_s: float = 2.0
    is_active: bool = True


@transaction.atomic
def register_source(name: str, draft: SourceDraft, *, by: Desk, at: datetime) -> SourceSystem:
    """Register a system of the data officer's own agency (登记数据源).

    Raises:
        NotADataOfficer: they are none. BadSource: something is wrong, each with its remedy.
        SourceNameTaken: the name is in use, here or in the environment.
    """
    if not by.is_data_officer:
        raise NotADataOfficer("请由本部门的数据专员登记。")
    problems = _problems(draft, agency=by.agency, has_secret=False)
    if not NAME.fullmatch(name):
        problems["name"] = "连接名应为小写字母开头的 2 至 60 个小写字母、数字、“-”或“_”。"
    if problems:
        raise BadSource(" ".join(problems.values()), errors=problems)
    if name in settings.YIMEN_SOURCES or SourceSystem.objects.filter(pk=name).exists():
        raise SourceNameTaken("请换一个连接名。", errors={"name": "这个连接名已经有了，请换一个。"})
    if Dataset.objects.filter(connection=name).exclude(agency_id=by.agency).exists():
        # Another agency's dataset waits for a connection of this name: whoever set it would answer in its place.
        raise SourceNameTaken("请换一个连接名。", errors={"name": "这个连接名已经有了，请换一个。"})
    source = SourceSystem(name=name, agency_id=by.agency, changed_at=at)
    return _kept(source, draft)


@transaction.atomic
def change_source(name: str, draft: SourceDraft, *, by: Desk, at: datetime) -> SourceSystem:
    """Change a system of the data officer's own agency; what it was silent about until now is forgotten.

    A kept secret goes with the address it was given for: whoever changes where it is sent gives it again.

    Raises:
        SourceNotFound: it is not theirs. BadSource: something is wrong.
    """
    source = SourceSystem.objects.select_for_update().filter(pk=name, agency_id=by.agency).first()
    if source is None or not by.is_data_officer:
        raise SourceNotFound("请检查地址，或回到数据源列表。")
    has_secret = source.secret is not None
    problems = _problems(draft, agency=by.agency, has_secret=has_secret)
    if draft.kind != source.kind:
        problems["kind"] = "类型不能修改，请另外登记一个数据源。"
    moved = (draft.url, draft.token_url) != (source.url, source.token_url)
    if has_secret and moved and draft.secret is None and draft.auth != SourceSystem.Auth.NONE:
        problems["secret"] = "地址变了，请重新填写密码或密钥。"  # noqa: S105 - a sentence
    if problems:
        raise BadSource(" ".join(problems.values()), errors=problems)
    source.changed_at = at
    SourceHealth.objects.filter(pk=name).update(breaker="CLOSED", consecutive_failures=0, retry_at=None)
    return _kept(source, draft)


def _kept(source: SourceSystem, draft: SourceDraft) -> SourceSystem:
    source.title, source.kind, source.url = draft.title.strip(), draft.kind, draft.url.strip()
    source.auth, source.login, source.scope = draft.auth, draft.login.strip(), draft.scope.strip()
    source.key_header = draft.key_header.strip()
    source.token_url = draft.token_url.strip() if draft.auth == SourceSystem.Auth.OAUTH2 else ""
    source.timeout_s, source.is_active = draft.timeout_s, draft.is_active
    if draft.auth == SourceSystem.Auth.NONE or draft.secret == "":
        source.secret, source.secret_key_id = None, ""
    elif draft.secret is not None:
        source.secret_key_id, source.secret = vault().seal(draft.secret, of=source.name)
    source.save()
    memo.forget()
    return source


def _problems(draft: SourceDraft, *, agency: str, has_secret: bool) -> dict[str, str]:
    """Return what is wrong, by field."""
    found: dict[str, str] = {}
    for name, value, most in (
        ("title", draft.title, 100),
        ("url", draft.url, 500),
        ("login", draft.login, 200),
        ("token_url", draft.token_url, 500),
        ("scope", draft.scope, 200),
        ("secret", draft.secret or "", LONGEST_SECRET),
    ):
        if "\0" in value or len(value) > most:
            found[name] = f"最多 {most} 个字，不能有特殊字符。"
    if found:
        return found
    if not draft.title.strip():
        found["title"] = "请写明系统名称，如“人口信息管理系统”。"
    if draft.kind not in SourceSystem.Kind.values:
        found["kind"] = "请选择类型。"
    else:
        wrong = addresses.problems(
            draft.kind, draft.url.strip(), drops=drops(agency), loopback=settings.YIMEN_SOURCES_LOOPBACK
        )
        if wrong:
            found["url"] = "".join(wrong)
    if not 0 < draft.timeout_s <= LONGEST_TIMEOUT_S:
        found["timeout_s"] = f"时限应大于 0、不超过 {LONGEST_TIMEOUT_S:g} 秒。"
    return found | _auth_problems(draft, has_secret=has_secret)


FITTING = {"sql": {"NONE", "PASSWORD"}, "rest": {"NONE", "API_KEY", "OAUTH2"}, "file": {"NONE"}}
SECRET_WORDS = {"PASSWORD": "密码", "API_KEY": "接口密钥", "OAUTH2": "客户端密钥"}


def _auth_problems(draft: SourceDraft, *, has_secret: bool) -> dict[str, str]:
    if draft.kind not in FITTING:
        return {}
    if draft.auth not in FITTING[draft.kind]:
        return {"auth": "这种类型的数据源不支持这种认证方式，请另选一种。"}
    found = {}
    if draft.auth in {"PASSWORD", "OAUTH2"} and not draft.login.strip():
        found["login"] = "请填写用户名。" if draft.auth == "PASSWORD" else "请填写客户端标识。"
    if draft.auth in SECRET_WORDS and not (draft.secret or (draft.secret is None and has_secret)):
        found["secret"] = f"请填写{SECRET_WORDS[draft.auth]}。"
    if draft.secret and draft.auth == "API_KEY" and not (draft.secret.isascii() and draft.secret.isprintable()):
        found["secret"] = "接口密钥只能是英文字母、数字和符号。"  # noqa: S105 - as above
    if draft.auth == "API_KEY" and (
        not HEADER.fullmatch(draft.key_header.strip()) or draft.key_header.strip().lower() in OURS
    ):
        found["key_header"] = "请求头名称应为英文字母、数字和“-”，如 X-Api-Key、Authorization。"
    if draft.auth == "OAUTH2":
        wrong = addresses.problems(
            "rest", draft.token_url.strip(), drops=drops(""), loopback=settings.YIMEN_SOURCES_LOOPBACK
        )
        if wrong:
            found["token_url"] = "".join(wrong)
    return found


def connection_of(name: str) -> Connection:
    """Return how to reach a system: as the operator set it in the environment, else as its agency registered it.

    The environment comes first, so that nobody can put a system of their own in the place of one the operator named.

    Raises:
        Silent: nobody said where it is, it is switched off, or its secret cannot be opened any more.
    """
    given = settings.YIMEN_SOURCES.get(name)
    return given if given is not None else _registered(name)


@remembered
def _registered(name: str) -> Registered:
    source = SourceSystem.objects.filter(pk=name).first()
    if source is None:
        raise Silent(f"没有登记数据源 {name}，也没有设置 YIMEN_SOURCE_{name.upper()}", Trouble.NOT_SET)
    if not source.is_active:
        raise Silent(f"数据源 {name} 已停用", Trouble.NOT_SET)
    return opened(source)


def opened(source: SourceSystem) -> Registered:
    """Return the connection of a registered system, its secret opened.

    Raises:
        Silent: the secret cannot be opened any more.
    """
    try:
        secret = vault().open(source.secret_key_id, bytes(source.secret), of=source.name) if source.secret else ""
    except NotOpened as error:
        raise Silent(f"数据源 {source.name} 的密钥打不开：{error}", Trouble.NOT_SET) from error
    if source.kind == SourceSystem.Kind.SQL:
        return Registered(addresses.with_login(source.url, source.login, secret))
    if source.auth == SourceSystem.Auth.OAUTH2:
        return Registered(source.url, None, ClientCredentials(source.token_url, source.login, secret, source.scope))
    return Registered(source.url, secret or None, key_header=source.key_header)


@transaction.atomic
def change_key() -> int:
    """Seal every secret anew with a new key (轮换密钥); return how many. The older keys stay in the file.

    Raises:
        SettingError: the file of keys cannot be used.
    """
    before = vault()
    after = add_key(Path(settings.YIMEN_SECRETS_KEY))
    count = 0
    for source in SourceSystem.objects.select_for_update().exclude(secret=None):
        assert source.secret is not None
        text = before.open(source.secret_key_id, bytes(source.secret), of=source.name)
        source.secret_key_id, source.secret = after.seal(text, of=source.name)
        source.save(update_fields=["secret", "secret_key_id"])
        count += 1
    memo.forget()
    return count


def vault() -> Vault:
    """Return the keys that secrets are sealed with."""
    return vault_at(Path(settings.YIMEN_SECRETS_KEY))


def drops(agency: str) -> Path:
    """Return the folder under which an agency may register folders for files: its own, named by its code."""
    return Path(settings.YIMEN_DROPS) / agency
