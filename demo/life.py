"""What departments know of the people beside schooling and household: drawn from the ID number, the same every day."""

import random
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from demo.divisions import SHENZHEN
from demo.people import SEED, Person

SIXTY = 60


@dataclass(frozen=True, slots=True)
class Declaration:
    """What somebody who wants to open an individual business has declared beforehand (名称自主申报)."""

    name: str
    industry: str = "H62"
    is_name_approved: bool = True
    needs_approval: bool = False
    has_approval: bool = False
    is_restricted: bool = False
    is_verified: bool = True
    address_code: str = "4403990010020030001"
    address: str = "深圳市福田区（演示）彩田路 1 号首层"
    is_address_usable: bool = True


@dataclass(frozen=True, slots=True)
class Life:
    """The truth about one person. `funeral` is what the funeral service wrote down, which may be somebody else's error.

    Dates are None where the thing never happened; `account` where there is no social security card.
    """

    identity: str
    is_alive: bool
    funeral: bool
    permit: str
    resident_since: date | None
    has_child_here: bool
    is_student: bool
    insurance: str
    account: str | None
    unemployed_on: date | None
    is_hardship: bool
    has_grant: bool
    is_veteran: bool
    is_poor: bool
    has_allowance_elsewhere: bool
    has_card: bool
    declaration: Declaration | None = None


PARTS: Mapping[str, Mapping[str, object]] = {
    "graduate": {"insurance": "1"},
    "elder": {"has_allowance_elsewhere": False, "account": "6214000000000000018"},
    "contradicted": {"funeral": True, "has_allowance_elsewhere": False, "account": "6214000000000000026"},
    "senior": {"permit": "1", "has_card": False},
    "starter": {"has_grant": False, "account": "6214000000000000034"},
    "granted": {"has_grant": False, "account": "6214000000000000042"},
    "stallholder": {
        "identity": "2",
        "declaration": Declaration("深圳市福田区小满面馆", address_code="4403990010020030004"),
    },
}
"""What is certain of those with a part; everything else of theirs is drawn as for anybody."""


def life_of(person: Person, *, today: date, seed: int = SEED) -> Life:
    """Return what is true of this person."""
    draw = random.Random(f"{seed}:{person.id_number}")
    age = today.year - person.birth_date.year
    is_local = person.household_division in SHENZHEN
    is_alive = draw.random() > max(0.0, (age - 65) * 0.002)
    permit = "0" if is_local else draw.choices("0123", (45, 45, 5, 5))[0]
    since = None if is_local else today - timedelta(days=draw.randrange(30, 4000))
    is_adult_at_work = age in range(20, 65)
    life = Life(
        identity="1" if is_local else draw.choices("23", (97, 3))[0],
        is_alive=is_alive or bool(person.role),
        funeral=not is_alive and not person.role and draw.random() < 0.95,  # noqa: PLR2004 - a gap, as in life
        permit=permit,
        resident_since=since,
        has_child_here=age > SIXTY and draw.random() < 0.5,  # noqa: PLR2004 - a share
        is_student=age in range(16, 24) and draw.random() < 0.2,  # noqa: PLR2004
        insurance=draw.choices("120", (70, 20, 10))[0] if is_adult_at_work else draw.choices("120", (5, 35, 60))[0],
        account=f"6214{draw.randrange(10**15):015d}" if draw.random() < 0.93 else None,  # noqa: PLR2004
        unemployed_on=today - timedelta(days=draw.randrange(100, 2500))
        if is_adult_at_work and draw.random() < 0.06  # noqa: PLR2004
        else None,
        is_hardship=is_adult_at_work and draw.random() < 0.02,  # noqa: PLR2004
        has_grant=is_adult_at_work and draw.random() < 0.02,  # noqa: PLR2004
        is_veteran=not person.is_female and draw.random() < 0.03,  # noqa: PLR2004
        is_poor=draw.random() < 0.01,  # noqa: PLR2004
        has_allowance_elsewhere=age > SIXTY and draw.random() < 0.03,  # noqa: PLR2004
        has_card=age > SIXTY and draw.random() < 0.6,  # noqa: PLR2004
        declaration=_declaration(draw) if is_adult_at_work and draw.random() < 0.01 else None,  # noqa: PLR2004
    )
    return replace(life, **PARTS.get(person.username, {}))  # type: ignore[arg-type]  # each value fits its field


def _declaration(draw: random.Random) -> Declaration:
    needs = draw.random() < 0.2  # noqa: PLR2004 - a share
    return Declaration(
        name="" if draw.random() < 0.2 else f"深圳市{draw.choice('福南龙盐罗')}山区{draw.choice('春夏秋冬')}禾小店",  # noqa: PLR2004
        industry=draw.choice(("F52", "H62", "O80", "F51")),
        is_name_approved=draw.random() < 0.9,  # noqa: PLR2004
        needs_approval=needs,
        has_approval=needs and draw.random() < 0.5,  # noqa: PLR2004
        is_restricted=draw.random() < 0.03,  # noqa: PLR2004
        is_verified=draw.random() < 0.97,  # noqa: PLR2004
        address_code=f"44039900100200{draw.randrange(30005, 30999)}",
        is_address_usable=draw.random() < 0.9,  # noqa: PLR2004
    )
