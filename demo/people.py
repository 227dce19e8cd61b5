"""The people of the demo city: one truth, of which the departments' systems keep copies, with faults as in life.

Whoever asks twice for the same number of people on the same day gets the same people; an ID number stays the same for a
whole calendar year, so yesterday's demo accounts still exist today.
"""

import random
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from demo import divisions, names

SEED = 20260301
COUNT = 20_000
ADDRESS_CODE = "440399"
"""The address code (地址码) of every invented person; it was never assigned to a place."""

SHARE_IN_SHENZHEN = 0.4
SHARE_WITH_CRIMINAL_RECORD = 0.01


class Level(StrEnum):
    """The highest education finished (最高学历)."""

    DOCTORATE = "doctorate"
    MASTER = "master"
    BACHELOR = "bachelor"
    JUNIOR_COLLEGE = "junior_college"
    TECHNICAL_SECONDARY = "technical_secondary"
    SENIOR_HIGH = "senior_high"
    JUNIOR_HIGH = "junior_high"
    PRIMARY = "primary"
    NONE = "none"


class Degree(StrEnum):
    """The highest degree (最高学位)."""

    DOCTOR = "doctor"
    MASTER = "master"
    BACHELOR = "bachelor"
    NONE = "none"


class Mode(StrEnum):
    """How somebody studied (学习形式)."""

    FULL_TIME = "full_time"
    PART_TIME = "part_time"
    OVERSEAS = "overseas"


class Fault(StrEnum):
    """What is wrong with a department's copy of somebody; the truth is in `Person`."""

    NOT_IN_EDUCATION = "not_in_education"  # the record was never filed
    NO_GRADUATION_DATE = "no_graduation_date"  # the field is null
    NO_SUCH_LEVEL = "no_such_level"  # a code that is in no list
    NO_SUCH_DATE = "no_such_date"  # 31 February
    OTHER_NAME = "other_name"  # education spells the name otherwise than public security
    NO_HOUSEHOLD = "no_household"  # public security's field is null


# How many of a thousand people have each fault.
FAULTS_PER_THOUSAND = {
    Fault.NOT_IN_EDUCATION: 20,
    Fault.NO_GRADUATION_DATE: 10,
    Fault.NO_SUCH_LEVEL: 5,
    Fault.NO_SUCH_DATE: 5,
    Fault.OTHER_NAME: 5,
    Fault.NO_HOUSEHOLD: 5,
}


@dataclass(frozen=True, slots=True)
class Education:
    """The highest education of somebody, and whether the ministry's register confirmed it (学历学位核验)."""

    level: Level
    degree: Degree
    mode: Mode
    graduated_on: date
    is_verified: bool


@dataclass(frozen=True, slots=True)
class Person:
    """An invented person as he or she truly is; `faults` says how the departments' copies differ."""

    id_number: str
    name: str
    is_female: bool
    birth_date: date
    household_division: str
    has_criminal_record: bool
    education: Education | None  # None: no schooling finished
    faults: frozenset[Fault] = frozenset()
    role: str = ""  # for the few with a part in the demo: the part, in Chinese
    username: str = ""  # and one English word for it, by which to sign in


def check_character(seventeen_digits: str) -> str:
    """Return the eighteenth character of an ID number (GB 11643, ISO 7064 MOD 11-2)."""
    total = sum(int(digit) * pow(2, 17 - place, 11) for place, digit in enumerate(seventeen_digits))
    return "10X98765432"[total % 11]


@dataclass(slots=True)
class Registrar:
    """Gives out ID numbers: the sequence is odd for men, even for women, and no number is given twice."""

    given: Counter[tuple[date, bool]] = field(default_factory=Counter)

    def number(self, birth_date: date, *, is_female: bool) -> str:
        """Return the next number of this day and sex."""
        place = self.given[birth_date, is_female]
        self.given[birth_date, is_female] += 1
        sequence = 2 * place + (2 if is_female else 1)
        digits = f"{ADDRESS_CODE}{birth_date:%Y%m%d}{sequence:03d}"
        return digits + check_character(digits)


# Youngest and oldest age of a group (years completed by the end of last year), its share, and the shares of the levels
# in it from doctorate to none.
AGES = (
    (18, 19, 0.030, (0.000, 0.000, 0.000, 0.020, 0.180, 0.600, 0.180, 0.020, 0.000)),
    (20, 22, 0.080, (0.000, 0.000, 0.150, 0.300, 0.120, 0.330, 0.090, 0.010, 0.000)),
    (23, 30, 0.320, (0.010, 0.120, 0.470, 0.240, 0.060, 0.060, 0.035, 0.005, 0.000)),
    (31, 40, 0.210, (0.012, 0.080, 0.330, 0.270, 0.090, 0.110, 0.090, 0.018, 0.000)),
    (41, 50, 0.140, (0.006, 0.040, 0.180, 0.190, 0.130, 0.170, 0.220, 0.054, 0.010)),
    (51, 60, 0.110, (0.002, 0.015, 0.090, 0.120, 0.120, 0.220, 0.313, 0.100, 0.020)),
    (61, 70, 0.060, (0.001, 0.004, 0.040, 0.065, 0.090, 0.200, 0.350, 0.200, 0.050)),
    (71, 80, 0.030, (0.000, 0.002, 0.030, 0.040, 0.068, 0.130, 0.300, 0.310, 0.120)),
    (81, 90, 0.015, (0.000, 0.001, 0.020, 0.020, 0.049, 0.080, 0.210, 0.380, 0.240)),
    (91, 99, 0.005, (0.000, 0.000, 0.010, 0.010, 0.020, 0.060, 0.150, 0.400, 0.350)),
)
USUAL_AGE = {
    Level.DOCTORATE: 29,
    Level.MASTER: 25,
    Level.BACHELOR: 22,
    Level.JUNIOR_COLLEGE: 21,
    Level.TECHNICAL_SECONDARY: 18,
    Level.SENIOR_HIGH: 18,
    Level.JUNIOR_HIGH: 15,
    Level.PRIMARY: 12,
}
DEGREES = {Level.DOCTORATE: Degree.DOCTOR, Level.MASTER: Degree.MASTER, Level.BACHELOR: Degree.BACHELOR}
HIGHER = (*DEGREES, Level.JUNIOR_COLLEGE)
GRADUATIONS = ((6, 20), (6, 25), (6, 30), (7, 1), (7, 5), (1, 10))

Progress = Callable[[int, int], None]


def crowd(
    count: int, *, today: date, registrar: Registrar, seed: int = SEED, progress: Progress | None = None
) -> Iterator[Person]:
    """Yield `count` invented people. Only `today`'s year and what had already happened by `today` matter."""
    draw = random.Random(seed)
    surnames, weights = list(names.SURNAMES), list(names.SURNAMES.values())
    groups, shares = list(AGES), [share for _, _, share, _ in AGES]
    for done in range(count):
        youngest, oldest, _, levels = draw.choices(groups, shares)[0]
        is_female = draw.random() < 0.49  # noqa: PLR2004 - as in the census
        born = _birth_date(draw, today.year - 1 - draw.randint(youngest, oldest))
        given = draw.choice(names.GIVEN_FEMALE if is_female else names.GIVEN_MALE)
        home = divisions.SHENZHEN if draw.random() < SHARE_IN_SHENZHEN else divisions.ELSEWHERE
        yield Person(
            id_number=registrar.number(born, is_female=is_female),
            name=draw.choices(surnames, weights)[0] + given,
            is_female=is_female,
            birth_date=born,
            household_division=draw.choice(home),
            has_criminal_record=draw.random() < SHARE_WITH_CRIMINAL_RECORD,
            education=_education(draw, born, draw.choices(list(Level), levels)[0], today),
            faults=frozenset(fault for fault, rate in FAULTS_PER_THOUSAND.items() if draw.random() < rate / 1000),
        )
        if progress is not None and ((done + 1) % 500 == 0 or done + 1 == count):
            progress(done + 1, count)


def _birth_date(draw: random.Random, year: int) -> date:
    return date.fromordinal(date(year, 1, 1).toordinal() + draw.randrange(365))


def _education(draw: random.Random, born: date, level: Level, today: date) -> Education | None:
    """Return the highest education finished by `today`; who is still at university has finished senior high school.

    The same number of lots is drawn whatever comes out, so that a later `today` changes nobody else.
    """
    late, day, how, verified, degree = (draw.random() for _ in range(5))
    month_day = GRADUATIONS[int(day * len(GRADUATIONS))]
    if level is not Level.NONE and date(born.year + USUAL_AGE[level], *month_day) > today:
        level = Level.SENIOR_HIGH
    if level is Level.NONE:
        return None
    graduated_on = date(born.year + USUAL_AGE[level] + int(late * 3), *month_day)
    if graduated_on > today:
        graduated_on = date(born.year + USUAL_AGE[level], *month_day)
    mode = Mode.FULL_TIME
    if level in HIGHER:
        mode = Mode.PART_TIME if how < 0.12 else Mode.OVERSEAS if how > 0.95 else mode  # noqa: PLR2004 - shares
    return Education(
        level=level,
        # A few finish their studies without the degree.
        degree=DEGREES.get(level, Degree.NONE) if degree < 0.97 else Degree.NONE,  # noqa: PLR2004 - a share
        mode=mode,
        graduated_on=graduated_on,
        is_verified=verified < 0.98,  # noqa: PLR2004 - a share
    )
