"""Education (教育·演示): an HTTP service with a key of its own over a store of its own.

    GET /v1/graduates/<id_number>?fields=education_code,graduated_on
    X-Api-Key: …

    200 {"education_code": "21", "graduated_on": "20260627", "as_of": "2026-11-23T23:00:00+08:00"}
    400 an unknown field, or none · 401 no key or a wrong one · 404 no such person · 405 anything but GET

Errors are {"error": code, "message": …}. Only the fields asked for are in the answer, besides `as_of`, the time the
record was last brought up to date. A field may be null; the department's codes are its own and must be mapped:

    field            meaning                            values
    name             姓名
    education_code   学历代码 (GB/T 4658, two digits)   11 博士研究生毕业, 14 硕士研究生毕业, 21 大学本科毕业,
                                                        31 大学专科毕业, 41 中等专科毕业, 61 普通高中毕业,
                                                        71 初中毕业, 81 小学毕业
    degree_code      学位代码 (GB/T 6864, first digit)  2 博士, 3 硕士, 4 学士, and 0 无学位
    study_form_code  学习形式 (the department's own)    1 全日制, 2 非全日制, 3 国（境）外
    graduated_on     毕业日期                           YYYYMMDD, a string
    verified         核验结果                           Y 已核验, N 未核验
    student_sz       在本市全日制就读                   Y 是, N 否

Of a thousand records some hold an education code that is in no list (99), a graduation date that never was (20190231),
no date at all, or a name spelled otherwise; and some people have no record. That is meant.
"""

from collections.abc import Iterator, Mapping, Sequence

from demo.departments.register import Row, Table
from demo.life import Life
from demo.people import Degree, Education, Fault, Level, Mode, Person

TABLES = {
    "graduates": Table(
        "/v1/graduates/{}",
        ("id_number",),
        ("name", "education_code", "degree_code", "study_form_code", "graduated_on", "verified", "student_sz"),
    )
}
FIELDS = TABLES["graduates"].fields
EDUCATION_CODES = {
    Level.DOCTORATE: "11",
    Level.MASTER: "14",
    Level.BACHELOR: "21",
    Level.JUNIOR_COLLEGE: "31",
    Level.TECHNICAL_SECONDARY: "41",
    Level.SENIOR_HIGH: "61",
    Level.JUNIOR_HIGH: "71",
    Level.PRIMARY: "81",
}
DEGREE_CODES = {Degree.DOCTOR: "2", Degree.MASTER: "3", Degree.BACHELOR: "4", Degree.NONE: "0"}
STUDY_FORM_CODES = {Mode.FULL_TIME: "1", Mode.PART_TIME: "2", Mode.OVERSEAS: "3"}
NO_SUCH_EDUCATION_CODE = "99"
NO_SUCH_DATE = "20190231"


def rows(people: Sequence[Person], lives: Mapping[str, Life], *, as_of: str) -> Mapping[str, Iterator[Row]]:
    """Return the department's copy of those with a schooling, in its own codes and with its own faults."""
    return {
        "graduates": (
            (one.id_number, *_record(one, one.education), "Y" if lives[one.id_number].is_student else "N", as_of, "0")
            for one in people
            if one.education is not None and Fault.NOT_IN_EDUCATION not in one.faults
        )
    }


def _record(person: Person, education: Education) -> tuple[str | None, ...]:
    faults = person.faults
    name = f"{person.name[0]}晓{person.name[-1]}" if Fault.OTHER_NAME in faults else person.name
    level = NO_SUCH_EDUCATION_CODE if Fault.NO_SUCH_LEVEL in faults else EDUCATION_CODES[education.level]
    day: str | None = f"{education.graduated_on:%Y%m%d}"
    if Fault.NO_GRADUATION_DATE in faults:
        day = None
    if Fault.NO_SUCH_DATE in faults:
        day = NO_SUCH_DATE
    verified = "Y" if education.is_verified else "N"
    return name, level, DEGREE_CODES[education.degree], STUDY_FORM_CODES[education.mode], day, verified
