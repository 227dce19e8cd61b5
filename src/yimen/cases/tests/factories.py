"""A small world: three agencies, two departments in memory, one item with its rules."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from yimen.datasets.logic import FieldDefinition
from yimen.datasets.models import Dataset, DatasetField, Grant
from yimen.datasets.tests.factories import Department
from yimen.facts import services as facts
from yimen.facts.logic import APPLICANT, SYSTEM, FactDefinition, FactSource, FactType, Sensitivity
from yimen.items import services as items
from yimen.items.logic import ConditionText, ItemDefinition, Option, Question, Result
from yimen.licences import services as licences
from yimen.licences.logic import FaceField, LicenceTypeDefinition
from yimen.parties.logic import Actor
from yimen.parties.models import Person
from yimen.parties.tests import factories as parties
from yimen.parties.tests.factories import HR, POLICE
from yimen.rules import services as rules
from yimen.rules.tests.factories import reception

NOW = datetime(2026, 11, 22, 2, tzinfo=UTC)
OFFICER = Actor("officer", "9", "市人力资源保障局 审批人员", HR)
GOOD = {"household": "430102", "graduated_on": "20260630", "convicted": "0"}
LICENCE = f"{HR}001"
SETTLE = (Option("collective", "集体户"), Option("own_house", "自有住房"))


def fact(name, kind, authority, dataset="", *, title="", sensitive=False, values=()):
    level = Sensitivity.SENSITIVE if sensitive else Sensitivity.PERSONAL
    sources = (FactSource(dataset, name.split(".")[1]),) if dataset else ()
    return FactDefinition(name, title or name, FactType(kind), authority, level, dict(values), "", sources)


FACTS = (
    fact("person.household", "string", POLICE, "population", title="户籍所在地"),
    fact("person.graduated_on", "date", HR, "education", title="毕业日期"),
    fact("person.convicted", "boolean", POLICE, "population", title="有犯罪记录", sensitive=True),
    fact("person.fit", "boolean", APPLICANT, title="身体健康"),
    fact("application.date", "date", SYSTEM, title="申请日期"),
    fact("application.settle", "code", APPLICANT, title="落户方式", values=[(o.value, o.label) for o in SETTLE]),
)
ITEM = ItemDefinition(
    slug="reception",
    name="毕业生接收",
    english_name="Reception",
    item_type="行政确认",
    agency=HR,
    implementation_code=f"{HR}3440700001000",
    served=("自然人",),
    legal_basis=("《落户办法》",),
    handling="即办件",
    statutory_days=20,
    promised_days=0,
    visits=0,
    fee="不收费",
    effective_from=date(2020, 1, 1),
    effective_until=None,
    summary="毕业生落户",
    conditions=(ConditionText("c1", "户籍不在本市", "《落户办法》第三条"),),
    questions=(
        Question("application.settle", "户口落在哪里？", options=SETTLE),
        Question("person.fit", "您的身体健康吗？"),
    ),
    materials=(),
    result=Result(LICENCE, {"graduated": "person.graduated_on", "settle": "application.settle"}),
)
FIELDS = {
    "population": (
        FieldDefinition("household", "户籍所在地", "string", "household"),
        FieldDefinition("convicted", "有犯罪记录", "boolean", "convicted", {"0": "false", "1": "true"}),
    ),
    "education": (FieldDefinition("graduated_on", "毕业日期", "date", "graduated_on"),),
}


@dataclass
class World:
    """Everything a case needs, and handles to change it."""

    settings: object
    citizen: Actor = field(default_factory=lambda: Actor("citizen", "7", "您本人"))

    def __post_init__(self) -> None:
        self.departments = {"population": Department(), "education": Department()}
        self.settings.YIMEN_SOURCES = self.departments
        parties.agency()
        parties.agency(POLICE, "公安局")
        for code, fields in FIELDS.items():
            self._dataset(code, fields)
        for definition in FACTS:
            facts.put_fact(definition)
        face = (FaceField("graduated", "毕业日期"), FaceField("settle", "落户方式"))
        licences.put_type(LicenceTypeDefinition(LICENCE, "接收批复", HR, 6, face))
        items.put_item(ITEM, at=NOW)
        self.put_rules(reception())

    def _dataset(self, code: str, fields: tuple[FieldDefinition, ...]) -> None:
        dataset = Dataset.objects.create(
            code=code,
            title=code,
            agency_id=POLICE,
            sharing="CONDITIONAL",
            source_kind="memory",
            connection=code,
            settings={"relation": code},
        )
        for one in fields:
            DatasetField.objects.create(
                dataset=dataset,
                name=one.name,
                title=one.title,
                type=one.type,
                source_name=one.source_name,
                codes=one.codes,
            )
        names = [one.name for one in fields]
        Grant.objects.create(
            dataset=dataset, grantee_id=HR, item="reception", fields=names, basis="依据", valid_from=date(2020, 1, 1)
        )

    def put_rules(self, xml: bytes) -> None:
        rules.put_version("reception", xml, effective_from=date(2020, 1, 1), effective_until=None, at=NOW)

    def person(self, **changes: object) -> Person:
        """Return somebody of whom the departments say GOOD, but for these changes; None is no value."""
        somebody = parties.person()
        self.change(somebody, **{**GOOD, **changes})
        return somebody

    def change(self, somebody: Person, **values: object) -> None:
        for name, value in values.items():
            department = self.departments["education" if name == "graduated_on" else "population"]
            department.records.setdefault(somebody.id_number, {})[name] = value

    @property
    def asked(self) -> list[tuple[str, str]]:
        """What the departments were asked, as (dataset, field)."""
        return [one for department in self.departments.values() for one in department.asked]

    def forget(self) -> None:
        for department in self.departments.values():
            department.asked.clear()

    def silence(self, code: str) -> None:
        self.departments[code].trouble = "silent"

    def wake(self, code: str) -> None:
        self.departments[code].trouble = ""

    def break_source(self, code: str, trouble: str) -> None:
        if trouble == "no grant":
            Grant.objects.filter(dataset_id=code).update(valid_until=date(2021, 1, 1))
        else:
            self.departments[code].trouble = trouble

    def officer_elsewhere(self) -> Actor:
        return Actor("officer", "10", "公安局 审批人员", POLICE)
