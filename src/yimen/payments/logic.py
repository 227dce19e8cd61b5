"""Pure parts of paying: what an account number looks like, what is signed, how too little money is shared out."""

import hashlib
import json
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import ROUND_DOWN, Decimal

from yimen.core.errors import Invalid

SHORTEST, LONGEST = 8, 32
FEN = Decimal("0.01")
MOST_YUAN = Decimal(1_000_000_000)

STALE_ATTEMPT = 3
"""After so many silences in a row the treasury is away, and sending stops until the next time."""

ACCOUNT_REASONS = frozenset({"account-closed", "account-unknown", "account-frozen", "name-differs"})
"""Reasons of the treasury's that another account would mend."""
REASONS: Mapping[str, str] = {
    "account-closed": "收款账户已销户",
    "account-unknown": "收款账户不存在",
    "account-frozen": "收款账户被冻结",
    "name-differs": "户名与账户不符",
    "amount": "金额不被接受",
    "payer": "付款方不被接受",
}


class BadAccount(Invalid):
    """An account number that can be none."""

    code = "payments.bad-account"
    title = "收款账号有误。"


class BadAmount(Invalid):
    """An amount that can be none: not above zero, parts of a fen, or beyond all budgets."""

    code = "payments.bad-amount"
    title = "金额有误。"


def account_number(written: str) -> str:
    """Return an account number as digits: spaces, hyphens and full-width digits are how people write it.

    Raises:
        BadAccount: something else is in it, or it is too short or too long.
    """
    plain = "".join(unicodedata.normalize("NFKC", written).replace("-", " ").split())
    if not plain.isascii() or not plain.isdecimal():
        raise BadAccount("收款账号应只有数字。请对照银行卡或开户许可证重新填写。", field="account")
    if not SHORTEST <= len(plain) <= LONGEST:
        raise BadAccount(
            f"收款账号应为 {SHORTEST} 至 {LONGEST} 位数字，收到 {len(plain)} 位。请检查。", field="account"
        )
    return plain


def amount(yuan: Decimal) -> Decimal:
    """Return an amount with two places.

    Raises:
        BadAmount: it is no amount that can be paid.
    """
    if not yuan.is_finite() or not 0 < yuan <= MOST_YUAN:
        raise BadAmount(f"金额应大于 0、不超过 {MOST_YUAN:,} 元。请检查。")
    if yuan != yuan.quantize(FEN):
        raise BadAmount(f"金额 {yuan} 不到分。请按规则取整后重试。")
    return yuan.quantize(FEN)


def reason_label(reason: str) -> str:
    """Return a reason of the treasury's in Chinese, the code itself where it is a new one."""
    return REASONS.get(reason, reason)


def allot(available: Decimal, claims: Sequence[tuple[str, Decimal]]) -> dict[str, Decimal]:
    """Return what each claim gets of too little money, in proportion and to the fen (按比例分配).

    Where there is enough each gets all it claims. Else each gets its share rounded down, and the fen left over go one
    by one to those who lost most by rounding, the first claim first among equals; so the sum is what is available,
    and the same claims always give the same.
    """
    wanted = sum((claim for _, claim in claims), Decimal(0))
    if wanted <= available:
        return dict(claims)
    if available <= 0:
        return {key: Decimal(0) for key, _ in claims}
    exact = [(key, claim * available / wanted) for key, claim in claims]
    given = {key: share.quantize(FEN, ROUND_DOWN) for key, share in exact}
    left = int((available.quantize(FEN, ROUND_DOWN) - sum(given.values(), Decimal(0))) / FEN)
    lost = sorted(range(len(exact)), key=lambda place: (given[exact[place][0]] - exact[place][1], place))
    for place in lost[:left]:
        given[exact[place][0]] += FEN
    return given


def canonical(content: object) -> bytes:
    """Return plain JSON as bytes that are always the same (RFC 8785: texts and whole numbers, plain names)."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def batch_digest(lines: Sequence[Mapping[str, str]]) -> str:
    """Return the SHA-256 over all payments of a batch, each as `payments.queries.line` says it, by reference."""
    return hashlib.sha256(canonical(sorted(lines, key=lambda line: line["reference"]))).hexdigest()


def statement(
    *, number: str, agency: str, count: int, total_yuan: Decimal, digest: str, frozen_at: datetime, frozen_by: str
) -> bytes:
    """Return what the signature of a batch signs: which payments by their digest, how much, who froze it and when."""
    return canonical(
        {
            "format": "yimen-payment-batch/1",
            "batch": number,
            "agency": agency,
            "count": count,
            "total_yuan": f"{total_yuan:.2f}",
            "digest": digest,
            "frozen_at": frozen_at.astimezone(UTC).isoformat(timespec="microseconds"),
            "frozen_by": frozen_by,
        }
    )
