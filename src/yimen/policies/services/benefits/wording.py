"""What people write beside an act on a list."""

from yimen.core.errors import Invalid

LENGTH = range(5, 1001)


class ReasonMissing(Invalid):
    """Something is struck, objected to or answered without saying why, or at too great length."""

    code = "policies.reason-too-short"
    title = "请写明理由。"


def reason_in(written: str) -> str:
    """Return a reason as written, without what no text holds.

    Raises:
        ReasonMissing: shorter than 5 or longer than 1,000 characters.
    """
    words = written.replace("\0", "").strip()
    if len(words) not in LENGTH:
        raise ReasonMissing(f"理由应为 5 到 1000 个字，现在是 {len(words)} 个字。", length=len(words))
    return words
