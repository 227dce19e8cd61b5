"""Caps of a pack (`paying.yaml`), read and checked without a database (兑付上限).

caps:
  - measure: sz-srdi-reward/m2
    group: srdi-title
    kind: difference          # once 只奖励一次, difference 补差, per_year 每年不超过
    limit_yuan: 500000
    ground: 同一称号只奖励一次，晋级后只补差额
"""

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path

import yaml

from yimen.core.errors import Invalid
from yimen.policies.paying.logic import DIFFERENCE, ONCE, PER_YEAR

FILE = "paying.yaml"
KINDS = {"once": ONCE, "difference": DIFFERENCE, "per_year": PER_YEAR}
KEYS = {"measure", "group", "kind", "limit_yuan", "ground"}


class BadCaps(Invalid):
    """The file of caps cannot be read, or says something that makes no sense."""

    code = "policies.bad-caps"
    title = "兑付上限文件有误。"


@dataclass(frozen=True, slots=True)
class CapDefinition:
    """A cap as a file states it; `kind` is one of those of `logic`."""

    measure: str
    group: str
    kind: str
    limit_yuan: Decimal | None
    ground: str


def read(path: Path) -> list[CapDefinition]:
    """Return the caps of a file.

    Raises:
        BadCaps: it is no such file; the sentence says which entry, and what to do.
    """
    try:
        said = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise BadCaps(f"{path.name} 无法读取。请检查文件是不是 UTF-8 的 YAML。") from error
    rows = said.get("caps") if isinstance(said, dict) else None
    if not isinstance(rows, list):
        raise BadCaps(f"{path.name} 没有 caps 列表。")
    return [_cap(row, number) for number, row in enumerate(rows, start=1)]


def _cap(row: object, number: int) -> CapDefinition:
    where = f"第 {number} 项"
    if not isinstance(row, dict) or not set(row) <= KEYS:
        raise BadCaps(f"{where}只能有 {'、'.join(sorted(KEYS))}。")
    kind = KINDS.get(str(row.get("kind")))
    if kind is None:
        raise BadCaps(f"{where}的 kind 是“{row.get('kind')}”，应为 {'、'.join(KINDS)} 之一。")
    measure, group = str(row.get("measure", "")), str(row.get("group", ""))
    if "/" not in measure or not group:
        raise BadCaps(f"{where}要写明 measure（政策/奖补项）和 group。")
    limit = None if row.get("limit_yuan") is None else _yuan(row["limit_yuan"], where)
    if (limit is None) != (kind == ONCE):
        raise BadCaps(f"{where}：once 不写 limit_yuan，其余必须写。")
    return CapDefinition(measure, group, kind, limit, str(row.get("ground", ""))[:300])


def _yuan(value: object, where: str) -> Decimal:
    try:
        yuan = Decimal(str(value))
    except InvalidOperation as error:
        raise BadCaps(f"{where}的 limit_yuan 不是数。请去掉单位和逗号。") from error
    if not yuan.is_finite() or yuan <= 0:
        raise BadCaps(f"{where}的 limit_yuan 应大于 0。")
    return yuan.quantize(Decimal("0.01"))
