"""A city with one register of enterprises and three measures, for what is done with measures once they are published."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.utils import timezone

from yimen.cases.models import Case
from yimen.datasets.logic import FieldDefinition
from yimen.datasets.models import Dataset, DatasetField, Grant
from yimen.datasets.tests.factories import Department
from yimen.facts import services as facts
from yimen.facts.logic import APPLICANT, FactDefinition, FactSource, FactType, Sensitivity
from yimen.items.logic import Question
from yimen.parties.logic import Actor
from yimen.parties.models import Organisation, Party
from yimen.parties.queries import Standing, officer, standing
from yimen.parties.tests import factories as parties
from yimen.policies import services
from yimen.policies.logic import Condition, Joint, Mode
from yimen.policies.models import (
    Application,
    ApplicationLine,
    Award,
    Beneficiary,
    BeneficiaryList,
    Opinion,
)
from yimen.policies.tests.factories import AT, RULES, measure, policy
from yimen.rules.models import RuleVersion

TAX = "11440300MB2X01285D"
STEADY, GROWTH, CLAIM_FREE = "steady-reward/m1", "steady-reward/m2", "steady-reward/m3"
BANK, NUMBER = "中国银行深圳福田支行", "6222 0200 1122 3344"
FIELDS = {
    "status": FieldDefinition("status", "登记状态", "string", "status"),
    "abnormal": FieldDefinition("abnormal", "列入经营异常名录", "boolean", "abnormal", {"0": "false", "1": "true"}),
    "staff": FieldDefinition("staff", "职工人数", "number", "staff"),
    "dishonest": FieldDefinition("dishonest", "严重失信", "boolean", "dishonest", {"0": "false", "1": "true"}),
}
FACTS = (
    FactDefinition(
        "org.status", "登记状态", FactType("string"), parties.HR, Sensitivity.ORDINARY, {}, "",
        (FactSource("enterprises", "status"),),
    ),
    FactDefinition(
        "org.abnormal_list", "列入经营异常名录", FactType("boolean"), TAX, Sensitivity.ORDINARY, {}, "",
        (FactSource("enterprises", "abnormal"),),
    ),
    FactDefinition(
        "org.staff", "职工人数", FactType("number"), parties.HR, Sensitivity.ORDINARY, {}, "",
        (FactSource("enterprises", "staff"),),
    ),
    FactDefinition("org.promises", "承诺不裁员", FactType("boolean"), APPLICANT, Sensitivity.ORDINARY, {}, "", ()),
    FactDefinition(
        "org.serious_dishonesty", "被列入严重失信主体名单", FactType("boolean"), TAX, Sensitivity.ORDINARY, {}, "",
        (FactSource("enterprises", "dishonest"),),
    ),
)  # fmt: skip
GROWTH_RULES = (
    RULES.replace(
        '<itemComponent id="t_org_abnormal" name="abnormal_list"><typeRef>boolean</typeRef></itemComponent>',
        '<itemComponent id="t_org_abnormal" name="abnormal_list"><typeRef>boolean</typeRef></itemComponent>'
        '<itemComponent id="t_org_promises" name="promises"><typeRef>boolean</typeRef></itemComponent>'
        '<itemComponent id="t_org_staff" name="staff"><typeRef>number</typeRef></itemComponent>',
    )
    .replace("org.abnormal_list = false", "org.abnormal_list = false and org.staff &gt;= 10 and org.promises")
    .replace("200000", "300000")
)
"""As the steady measure's, but for ten people and a promise of the applicant's own."""


@dataclass
class City:
    """The agencies, the register, the measures, and handles to change them."""

    settings: object
    register: Department = field(default_factory=Department)

    def __post_init__(self) -> None:
        self.settings.YIMEN_SOURCES = {"enterprises": self.register}  # type: ignore[attr-defined]
        parties.agency()
        parties.agency(TAX, "市税务局")
        parties.agency(parties.POLICE, "市公安局")
        dataset = Dataset.objects.create(
            code="enterprises", title="企业登记", agency_id=TAX, sharing="CONDITIONAL", source_kind="memory",
            connection="enterprises", settings={"relation": "enterprises"}, keyed_by=["org"],
        )  # fmt: skip
        for one in FIELDS.values():
            DatasetField.objects.create(
                dataset=dataset, name=one.name, title=one.title, type=one.type, source_name=one.source_name,
                codes=one.codes,
            )  # fmt: skip
        for one in FACTS:
            facts.put_fact(one)
        self.publish()
        for name in (STEADY, GROWTH, CLAIM_FREE):
            self.grant(name)

    def grant(self, name: str, *, fields: tuple[str, ...] = ("status", "abnormal", "staff")) -> None:
        given = {"fields": list(fields), "basis": "依据", "valid_from": date(2020, 1, 1)}
        Grant.objects.update_or_create(dataset_id="enterprises", grantee_id=parties.HR, item=name, defaults=given)

    def publish(self, **changes: dict[str, object]) -> None:
        """Publish the three measures, changed as said by id."""
        question = Question("org.promises", "您承诺一年内不裁员吗？")
        made = (
            measure(**{"cap": Decimal(200_000), **changes.get("m1", {})}),
            measure(
                **{
                    "id": "m2", "name": "扩岗奖励", "cap": Decimal(300_000), "questions": (question,),
                    "conditions": (Condition("c1", "登记状态正常", "第三条"), Condition("c2", "十人以上", "第四条")),
                    **changes.get("m2", {}),
                }
            ),
            measure(
                **{
                    "id": "m3", "name": "免申奖励", "mode": Mode.NO_APPLICATION, "cap": Decimal(200_000),
                    **changes.get("m3", {}),
                }
            ),
        )  # fmt: skip
        services.put_policy(
            policy(measures=made),
            {"m1": RULES.encode(), "m2": GROWTH_RULES.encode(), "m3": RULES.encode()},
            at=AT,
        )

    def enterprise(self, name: str = "深圳市澄海微电子有限公司", **changes: object) -> Organisation:
        """Return an enterprise the register knows as active and in good standing, but for these changes."""
        made = parties.organisation(name)
        said = {"status": "active", "abnormal": "0", "staff": "25", "dishonest": "0", **changes}
        self.register.records[made.number] = said
        return made

    def forget(self) -> None:
        """Forget what the register was asked."""
        self.register.asked.clear()


def acting_for(of: Organisation, *, at: datetime = AT) -> Standing:
    """Return a new legal representative of the enterprise, acting for it."""
    return standing(parties.representative(of), of.pk, on=at.date())


def case_officer(code: str = parties.HR) -> Actor:
    """Return a new case officer of this agency."""
    return officer(parties.officer(code), on=AT.date())


def joint(*agencies: str, share: str = "0") -> tuple[Joint, ...]:
    """Return that these agencies have a say, and bear this share each."""
    return tuple(Joint(one, "是否欠税", Decimal(share), ()) for one in agencies)


def later(**parts: int) -> datetime:
    """Return a moment after AT."""
    return AT + timedelta(**parts)


def handled(owner: Party, case: Case) -> None:
    """Leave one of everything that is handled with this party: an application, an award, a public list, an opinion."""
    day = timezone.localdate()
    application = Application.objects.create(
        party=owner, handler=owner, account="0", status="FILED", started_at=AT, submitted_at=AT, filed_at=AT
    )
    ApplicationLine.objects.create(application=application, measure=STEADY, case=case)
    Award.objects.create(case=case, party=owner, measure=STEADY, amount_yuan=200_000, granted_at=AT)
    roll = BeneficiaryList.objects.create(
        measure=STEADY, agency_id=parties.HR, status="NOTICE", made_at=AT, made_by="x", reviewed_at=AT, reviewed_by="x",
        notice_from=day, notice_until=day + timedelta(days=7),
    )  # fmt: skip
    rule = RuleVersion.objects.filter(name=STEADY).latest("number")
    Beneficiary.objects.create(roll=roll, measure=STEADY, party=owner, rule_version=rule, judged_at=AT)
    Opinion.objects.create(
        case=case, measure=STEADY, agency_id=parties.HR, looks_at="是否欠税", asked_at=AT, due_on=day, case_due_on=day
    )
