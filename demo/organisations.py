"""The organisations of the demo city and the projects they plan; their codes are right and belong to nobody."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from demo import divisions
from demo.people import ADDRESS_CODE, SEED, Person

COUNT = 3000
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
INNER_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)


class Status(StrEnum):
    """How an organisation stands in the register (登记状态), by the department's own code."""

    ACTIVE = "1"
    ABNORMAL = "2"
    SUSPENDED = "3"
    REVOKED = "4"
    CANCELLED = "5"


class Fault(StrEnum):
    """What is wrong with a department's copy of an organisation."""

    NOT_REGISTERED = "not_registered"  # market regulation lost the record
    NO_DATE = "no_date"  # the date of registration is empty
    NO_SUCH_STATUS = "no_such_status"  # a code that is in no list
    NOT_INSURED = "not_insured"  # social security has no record


FAULTS_PER_THOUSAND = {Fault.NOT_REGISTERED: 5, Fault.NO_DATE: 8, Fault.NO_SUCH_STATUS: 4, Fault.NOT_INSURED: 20}


@dataclass(frozen=True, slots=True)
class Organisation:
    """An invented organisation as it truly is; `faults` says how the departments' copies differ."""

    credit_code: str
    name: str
    representative: Person
    registered_on: date
    division: str
    industry: str
    status: Status = Status.ACTIVE
    is_abnormal: bool = False
    has_insured_staff: bool = True
    faults: frozenset[Fault] = frozenset()


@dataclass(frozen=True, slots=True)
class Project:
    """An invented investment project. The investment is in 万元; `catalogue` 1 encouraged … 4 eliminated."""

    code: str
    owner: str
    name: str
    content: str
    investment: int
    division: str = "440305"
    is_fixed_asset: bool = True
    in_approval_catalogue: bool = False
    catalogue: str = "1"
    on_negative_list: bool = False
    is_secret: bool = False
    has_started: bool = False
    is_slow: bool = False  # the construction department answers for it only after everybody's deadline


def credit_code(place: int, *, kind: str = "1") -> str:
    """Return a right unified social credit code (GB 32100-2015) of the division no place ever had."""
    body = f"MA5X{place:04d}"
    total = sum(int(character, 36) * weight for character, weight in zip(body, INNER_WEIGHTS, strict=True))
    inner = "0X987654321"[total % 11] if total % 11 else "0"
    first = f"9{kind}{ADDRESS_CODE}{body}{inner}"
    check = sum(ALPHABET.index(character) * weight for character, weight in zip(first, WEIGHTS, strict=True))
    return first + ALPHABET[(31 - check % 31) % 31]


COMPANY, YOUNG_COMPANY, GROWN_COMPANY = credit_code(1), credit_code(2), credit_code(3)
AWARDED_COMPANY, CLOSED_COMPANY = credit_code(4), credit_code(5)
READY, ELIMINATED, SLOW = (f"2611-440305-04-01-10000{place}" for place in (1, 2, 3))

FIRST = "澄 海 云 星 禾 谷 远 山 微 澜 启 明 青 木 嘉 和 泰 安 瑞 丰 宏 景 晨 曦 智 联 新 程 汇 川".split()  # noqa: SIM905
TRADES = (
    ("电子有限公司", "C39"), ("软件有限公司", "I65"), ("科技有限公司", "M73"), ("餐饮管理有限公司", "H62"),
    ("商贸有限公司", "F51"), ("物流有限公司", "G59"), ("建筑工程有限公司", "E47"), ("生物技术有限公司", "C27"),
    ("文化传播有限公司", "R88"), ("人力资源有限公司", "L72"),
)  # fmt: skip


def organisations(people: Sequence[Person], *, today: date, count: int = COUNT, seed: int = SEED) -> list[Organisation]:
    """Return the city's organisations, one for six people in a small city.

    Those with a part in the street's items come first, then the crowd, those of the policies last: a place once given
    is never another's.
    """
    cast = {person.username: person for person in people if person.username}
    founder, starter, granted = cast["founder"], cast["starter"], cast["granted"]
    parts = [
        Organisation(COMPANY, "深圳市澄海微电子有限公司", founder, today - timedelta(days=800), "440305", "C39"),
        Organisation(
            YOUNG_COMPANY,
            "深圳市拾光软件有限公司",
            starter,
            _months_before(today, 6) + timedelta(days=12),
            "440305",
            "I65",
        ),
        Organisation(GROWN_COMPANY, "深圳市禾木软件有限公司", granted, _months_before(today, 8), "440304", "I65"),
    ]
    late = [
        Organisation(
            AWARDED_COMPANY,
            "深圳市启微传感技术有限公司",
            cast["awarded"],
            today - timedelta(days=2300),
            "440306",
            "C39",
        ),
        Organisation(
            CLOSED_COMPANY, "深圳市远禾生物技术有限公司", cast["closed"], today - timedelta(days=1900), "440307", "C27"
        ),
    ]
    draw = random.Random(seed + 1)
    adults = [one for one in people if not one.role and 20 <= today.year - one.birth_date.year <= 70]  # noqa: PLR2004
    wanted = min(count, len(people) // 6) - len(parts)
    crowd = [_drawn(draw, place + 10, draw.choice(adults), today) for place in range(max(wanted, 0))]
    return [*parts, *crowd, *late]


def _drawn(draw: random.Random, place: int, representative: Person, today: date) -> Organisation:
    trade, industry = draw.choice(TRADES)
    shares = (93, 3, 1, 1, 2)
    return Organisation(
        credit_code=credit_code(place),
        name=f"深圳市{draw.choice(FIRST)}{draw.choice(FIRST)}{draw.choice(FIRST)}{trade}",
        representative=representative,
        registered_on=today - timedelta(days=draw.randrange(20, 9000)),
        division=draw.choice(divisions.SHENZHEN),
        industry=industry,
        status=draw.choices(list(Status), shares)[0],
        is_abnormal=draw.random() < 0.04,  # noqa: PLR2004 - a share
        has_insured_staff=draw.random() < 0.85,  # noqa: PLR2004 - a share
        faults=frozenset(fault for fault, rate in FAULTS_PER_THOUSAND.items() if draw.random() < rate / 1000),
    )


def projects(organisations: Sequence[Organisation], *, seed: int = SEED) -> list[Project]:
    """Return the projects planned: the three with a part, then one for every tenth organisation."""
    parts = [
        Project(READY, COMPANY, "高可靠封装测试生产线", "新建封装测试生产线两条，洁净厂房 3000 平方米", 12_000),
        Project(ELIMINATED, COMPANY, "电镀线技术改造", "含氰电镀线改造", 800, catalogue="4"),
        Project(SLOW, COMPANY, "研发中心装修", "研发办公场地装修 2000 平方米", 1_500, is_slow=True),
    ]
    draw = random.Random(seed + 2)
    crowd = [one for one in organisations if not one.representative.role]
    for place, one in enumerate(crowd[::10]):
        parts.append(
            Project(
                code=f"2610-{one.division}-04-01-{200_000 + place}",
                owner=one.credit_code,
                name=f"{one.name[3:6]}扩建项目",
                content="扩建厂房和设备购置",
                investment=draw.randrange(100, 90_000),
                division=one.division,
                in_approval_catalogue=draw.random() < 0.05,  # noqa: PLR2004 - a share
                catalogue=draw.choices("1234", (40, 50, 7, 3))[0],
                on_negative_list=draw.random() < 0.02,  # noqa: PLR2004 - a share
                is_secret=draw.random() < 0.02,  # noqa: PLR2004 - a share
                has_started=draw.random() < 0.1,  # noqa: PLR2004 - a share
            )
        )
    return parts


def _months_before(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, 28))
