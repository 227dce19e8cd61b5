"""How personal data are shown to those who need not see all of it (脱敏)."""

COMPOUND_SURNAMES = frozenset(
    {"欧阳", "司马", "上官", "诸葛", "东方", "皇甫", "尉迟", "公孙", "慕容", "司徒", "令狐", "夏侯"}
)


def name(full: str) -> str:
    """Return a name with the surname kept: 张*, 张*三, 欧阳**."""
    if full[:2] in COMPOUND_SURNAMES:
        return full[:2] + "*" * (len(full) - 2)
    if len(full) <= 2:  # noqa: PLR2004 - a surname and one more
        return full[:1] + "*" * (len(full) - 1)
    return full[0] + "*" * (len(full) - 2) + full[-1]


def id_number(full: str) -> str:
    """Return an ID number with its first three and last four characters: the birth date is hidden."""
    return full[:3] + "*" * max(len(full) - 7, 0) + full[-4:]


def mobile(full: str) -> str:
    """Return a mobile number with its middle four digits hidden; a +86 before it is left out."""
    digits = full.removeprefix("+86")
    return digits[:3] + "****" + digits[-4:]


def account(full: str) -> str:
    """Return a bank account's number with its last four digits only."""
    return "**** " + full[-4:]
