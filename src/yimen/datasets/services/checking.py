"""Try whether a department's system can be reached and still looks as agreed; tell it in sentences."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from yimen.datasets.models import Dataset, SourceSystem
from yimen.datasets.services import breaker, freshness
from yimen.datasets.services.connections import connection_of, drops, opened
from yimen.datasets.sources import Changed, Connection, Nonsense, Silent, Trouble, addresses, schema
from yimen.datasets.sources.rest import RestSource
from yimen.datasets.sources.schema import SourceRelation

WORDS = {
    Trouble.UNREACHABLE: "连不上。请检查地址和端口，防火墙是否放行了本平台，系统是否在运行。",
    Trouble.TIMED_OUT: "没有在时限内回答。请检查网络，或请对方查看系统是否繁忙；也可以放宽时限。",
    Trouble.NOT_LET_IN: "连上了，但用户名、密码或密钥不被接受。请核对后重新填写；数据库用户还要有读取权限。",
    Trouble.FAILING: "连上了，但对方系统出错。请对方查看日志。",
    Trouble.INCOMPLETE: "没有收到完整的文件。请检查投递目录中是否有文件和同名的 .sha256。",
    Trouble.NOT_SET: "没有可用的连接设置，或密钥已经打不开。请重新填写密码或密钥。",
    Trouble.PAUSED: "暂停访问中，稍后自动试探。",
}
NOT_FOUND = 404


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was tried, and what came of it."""

    is_good: bool
    sentence: str


@dataclass(frozen=True, slots=True)
class Report:
    """What came of trying a source: sentences in the order things were tried; `took_ms` for all of them."""

    findings: tuple[Finding, ...]
    took_ms: int
    relations: tuple[SourceRelation, ...] = ()

    @property
    def is_good(self) -> bool:
        """Tell whether everything that was tried went well."""
        return all(one.is_good for one in self.findings)


def try_source(source: SourceSystem, *, relation: str = "") -> Report:
    """Try to reach a system, to sign in, to see what it holds and, where one is named, a relation's columns.

    What comes of it counts for the system's health; a good end opens a paused connection again. No record is read.
    """
    started = time.monotonic()
    findings: list[Finding] = []
    found: list[SourceRelation] = []
    wrong = addresses.problems(
        source.kind, source.url, drops=drops(source.agency_id), loopback=settings.YIMEN_SOURCES_LOOPBACK
    )
    if wrong:
        return Report((Finding(is_good=False, sentence="".join(wrong)),), 0)
    leave = breaker.Pass(source.name, is_trial=False)
    try:
        found = _looked_at(source, opened(source), relation, findings)
    except Silent as error:
        breaker.failed(leave, error.why)
        findings.append(Finding(is_good=False, sentence=WORDS[error.why]))
    except Changed as error:
        findings.append(Finding(is_good=False, sentence=f"{error}。请检查名称，或请对方确认是否改过结构。"))
    except Nonsense as error:
        findings.append(Finding(is_good=False, sentence=f"对方的回答无法识别：{error}。"))
    took_ms = (time.monotonic() - started) * 1000
    if any(one.is_good for one in findings):
        breaker.succeeded(breaker.Pass(source.name, is_trial=True), latency_ms=took_ms)
    return Report(tuple(findings), round(took_ms), tuple(found))


def _looked_at(
    source: SourceSystem, connection: Connection, relation: str, findings: list[Finding]
) -> list[SourceRelation]:
    """Look, writing down what went well; the first thing that does not is raised."""
    timeout_s = max(source.timeout_s, 3.0)  # a person waits for it, and the first line takes longest to open
    if source.kind == SourceSystem.Kind.REST and not _has_openapi(connection, timeout_s):
        findings.append(Finding(is_good=True, sentence="连上了，密钥被接受。"))
        findings.append(
            Finding(is_good=True, sentence="对方没有提供接口说明（openapi.json），接入时请手工填写接口路径。")
        )
        return []
    found = schema.relations(source.kind, connection, timeout_s=timeout_s)
    findings.append(
        Finding(is_good=True, sentence="找到了投递目录。" if source.kind == "file" else "连上了，登录成功。")
    )
    noun = {"sql": "张表或视图", "file": "个文件"}.get(source.kind, "个接口")
    findings.append(
        Finding(is_good=bool(found), sentence=f"看到 {len(found)} {noun}。" if found else NOTHING[source.kind])
    )
    if relation:
        columns = schema.describe(source.kind, connection, relation, timeout_s=timeout_s)
        findings.append(Finding(is_good=True, sentence=f"{relation} 有 {len(columns)} 列。"))
    return found


NOTHING = {
    "sql": "没有看到任何表或视图。请对方为这个用户开放读取权限。",
    "file": "目录里没有 CSV、XLSX 或 Parquet 文件。",
    "rest": "接口说明中没有按依据查询的接口（路径中要有 {…}）。",
}


def _has_openapi(connection: Connection, timeout_s: float) -> bool:
    status, _ = RestSource(connection, {"path": ""}).get("/openapi.json", {}, until=time.monotonic() + timeout_s)
    return status != NOT_FOUND


def check_datasets(datasets: Sequence[Dataset], *, at: datetime) -> dict[str, list[str]]:
    """Hold what these datasets read against what their systems hold now; return the sentences about each, by code.

    A system that does not answer has no sentences: its health says so. Of two datasets of a dead connection only the
    first costs its time-out.
    """
    said: dict[str, list[str]] = {}
    silent: set[str] = set()
    for dataset in datasets:
        if dataset.connection in silent or dataset.source_kind not in schema.KINDS:
            continue
        relation = dataset.settings.get("relation") or dataset.settings.get("file") or dataset.settings.get("path", "")
        try:
            connection = connection_of(dataset.connection)
            now = schema.describe(dataset.source_kind, connection, relation, timeout_s=max(dataset.timeout_s, 3.0))
        except Changed as error:
            freshness.changed(dataset.pk, f"{error}。")
            said[dataset.pk] = [f"{error}。"]
        except Silent as error:
            breaker.failed(breaker.Pass(dataset.connection, is_trial=False), error.why)
            silent.add(dataset.connection)
        except Nonsense:
            continue  # a service without a description: only reading tells
        else:
            said[dataset.pk] = freshness.compare_columns(dataset, now, at=at)
    return said
