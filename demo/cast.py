"""The few with a part to play: whoever shows the demo signs in as one of them."""

import calendar
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TypedDict

from demo.people import COUNT, SEED, Degree, Education, Fault, Level, Mode, Person, Progress, Registrar, crowd


class Unschooled(TypedDict):
    """Arguments of a part."""

    level: Level
    degree: Degree
    graduated_years_ago: int


@dataclass(frozen=True, slots=True)
class Part:
    """A part in the demo: who plays it, and what becomes of it.

    The birthday depends on the place in the list and on the year only, so that the ID number stays the same for a year;
    but whoever has a birthday today has it every day, under a number that nobody else is given.
    """

    name: str
    username: str
    role: str
    is_female: bool = True
    age: int = 23  # years completed by the end of last year
    division: str = "430102"  # 湖南省长沙市芙蓉区
    graduated_days_ago: int = 150
    graduated_years_ago: int = 0
    level: Level = Level.BACHELOR
    degree: Degree = Degree.BACHELOR
    mode: Mode = Mode.FULL_TIME
    is_verified: bool = True
    has_criminal_record: bool = False
    faults: frozenset[Fault] = field(default_factory=frozenset)
    has_birthday_today: bool = False
    has_last_numbers: bool = False  # of whoever joined the cast after the crowd had its numbers

    def played(self, place: int, *, today: date, registrar: Registrar) -> Person:
        """Return the person."""
        born = date(today.year - 1 - self.age, 2 + place % 10, 10 + place)
        numbers = registrar
        if self.has_birthday_today:
            born = _years_before(today, self.age)
        if self.has_birthday_today or self.has_last_numbers:
            numbers = Registrar(Counter({(born, self.is_female): LAST_NUMBERS}))
        return Person(
            id_number=numbers.number(born, is_female=self.is_female),
            name=self.name,
            is_female=self.is_female,
            birth_date=born,
            household_division=self.division,
            has_criminal_record=self.has_criminal_record,
            education=Education(
                level=self.level,
                degree=self.degree,
                mode=self.mode,
                graduated_on=_years_before(today, self.graduated_years_ago) - timedelta(days=self.graduated_days_ago),
                is_verified=self.is_verified,
            ),
            faults=self.faults,
            role=self.role,
            username=self.username,
        )


LAST_NUMBERS = 490
"""So many pairs of numbers of a day are the crowd's; those after are for a few of the cast."""


def _years_before(day: date, years: int) -> date:
    year = day.year - years
    return date(year, day.month, min(day.day, calendar.monthrange(year, day.month)[1]))


UNSCHOOLED: Unschooled = {
    "level": Level.SENIOR_HIGH,
    "degree": Degree.NONE,
    "graduated_years_ago": 10,
}
"""What those have in common in whose part no schooling matters."""

PARTS = (
    Part("陈晓雯", "graduate", "应届本科毕业生，各项条件都符合，可以秒批"),
    Part(
        "李启明", "resident", "本科毕业生，户籍已在深圳，不符合“户籍不在本市”一项", is_female=False, division="440305"
    ),
    Part(
        "周望舒",
        "late",
        "本科毕业已满两年零三天，只差“两年内申请”一项",
        age=24,
        graduated_years_ago=2,
        graduated_days_ago=3,
    ),
    Part("吴知遥", "silent", "教育部门没有学历记录，需由工作人员核查", faults=frozenset({Fault.NOT_IN_EDUCATION})),
    Part("郑砚秋", "convicted", "有犯罪记录，不符合“无犯罪记录”一项", is_female=False, has_criminal_record=True),
    Part(
        "何景行",
        "garbled",
        "教育系统里的毕业日期是“2月31日”，无法采信，需由工作人员核查",
        is_female=False,
        faults=frozenset({Fault.NO_SUCH_DATE}),
    ),
    Part("林若溪", "overseas", "境外高校毕业，不属普通高等教育全日制，应走留学人员引进", mode=Mode.OVERSEAS),
    Part(
        "许书瑶",
        "master",
        "全日制硕士毕业生，各项条件都符合，可以秒批",
        age=26,
        division="420106",
        level=Level.MASTER,
        degree=Degree.MASTER,
    ),
    Part("孙立言", "unverified", "学历尚未通过核验，不符合“核验通过”一项", is_female=False, is_verified=False),
    Part(
        "黄秀英",
        "elder",
        "今天满 80 周岁，不用申请：高龄津贴会主动告知，点一下就办",
        age=80,
        division="440304",
        has_birthday_today=True,
        **UNSCHOOLED,
    ),
    Part(
        "罗德福",
        "contradicted",
        "83 岁，公安登记在世而殡葬服务登记为死亡：数据矛盾，不猜，由工作人员核实",
        is_female=False,
        age=82,
        division="440303",
        **UNSCHOOLED,
    ),
    Part("黄丽娟", "daughter", "黄秀英的女儿，由母亲授权代办高龄津贴", age=46, division="440304", **UNSCHOOLED),
    Part(
        "宋海涛",
        "founder",
        "深圳市澄海微电子有限公司的法定代表人，可以为公司备案项目、授权经办人",
        is_female=False,
        age=45,
        division="440305",
        **UNSCHOOLED,
    ),
    Part(
        "梁文静", "agent", "澄海微电子的员工，得到授权后为公司办理投资项目备案", age=31, division="440305", **UNSCHOOLED
    ),
    Part("邓一鸣", "starter", "今年毕业就开公司，登记还差十几天满 6 个月：创业资助只差这一项", is_female=False),
    Part("韩诗涵", "granted", "今年毕业就开公司，登记已满 8 个月：创业资助当场核定"),
    Part(
        "田金水", "stallholder", "要开一家面馆，名称已经申报：当场领到营业执照", is_female=False, age=34, **UNSCHOOLED
    ),
    Part("沈桂兰", "senior", "67 岁，外地户籍，持有效居住证：优待证当场领取", age=66, **UNSCHOOLED),
    Part(
        "高思远",
        "awarded",
        "深圳市启微传感技术有限公司的法定代表人：上月认定专精特新，奖励免申即享，只需确认收款账户",
        is_female=False,
        age=41,
        division="440306",
        has_last_numbers=True,
        **UNSCHOOLED,
    ),
    Part(
        "叶佩珊",
        "closed",
        "深圳市远禾生物技术有限公司的法定代表人：收款账户已经注销，拨付被退回，要另报账户",
        age=38,
        division="440307",
        has_last_numbers=True,
        **UNSCHOOLED,
    ),
)


def cast(*, today: date, registrar: Registrar | None = None) -> list[Person]:
    """Return those with a part, in the order of `PARTS`."""
    registrar = registrar or Registrar()
    return [part.played(place, today=today, registrar=registrar) for place, part in enumerate(PARTS)]


def population(*, today: date, count: int = COUNT, seed: int = SEED, progress: Progress | None = None) -> list[Person]:
    """Return the people of the city: those with a part first, then the crowd, `count` in all."""
    registrar = Registrar()
    actors = cast(today=today, registrar=registrar)
    others = crowd(max(count - len(actors), 0), today=today, registrar=registrar, seed=seed, progress=progress)
    return [*actors, *others]
