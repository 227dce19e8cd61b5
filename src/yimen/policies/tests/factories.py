"""Policies for tests: one measure with two conditions and an amount, and the demo city with its policies."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from functools import cache

from django.db import transaction
from django.utils import timezone

from yimen.core import memo
from yimen.facts import services as facts
from yimen.facts.logic import FactDefinition, FactType
from yimen.items.tests.factories import SHENZHEN
from yimen.parties.models import Post
from yimen.parties.queries import Desk
from yimen.parties.queries import desk as desk_of
from yimen.parties.tests import factories as parties
from yimen.policies import services
from yimen.policies.logic import (
    Condition,
    Funding,
    Kind,
    Level,
    MeasureDefinition,
    Mode,
    PolicyDefinition,
    Window,
)
from yimen.policies.models import PolicyVersion
from yimen.policies.packs.load import put
from yimen.policies.packs.model import PolicyPack
from yimen.policies.packs.read import read

AT = timezone.make_aware(datetime(2026, 11, 25, 10, 0))
RULES = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" id="d" name="reward" namespace="https://example.org/reward">
  <itemDefinition id="t_org" name="tOrg">
    <itemComponent id="t_org_status" name="status"><typeRef>string</typeRef></itemComponent>
    <itemComponent id="t_org_abnormal" name="abnormal_list"><typeRef>boolean</typeRef></itemComponent>
  </itemDefinition>
  <inputData id="org" name="org"><variable name="org" typeRef="tOrg"/></inputData>
  <decision id="c1" name="c1"><description>登记状态正常</description><variable name="c1" typeRef="boolean"/>
    <informationRequirement><requiredInput href="#org"/></informationRequirement>
    <literalExpression><text>org.status = "active"</text></literalExpression></decision>
  <decision id="c2" name="c2"><description>未列入经营异常名录</description><variable name="c2" typeRef="boolean"/>
    <informationRequirement><requiredInput href="#org"/></informationRequirement>
    <literalExpression><text>org.abnormal_list = false</text></literalExpression></decision>
  <decision id="eligible" name="eligible"><variable name="eligible" typeRef="boolean"/>
    <informationRequirement><requiredDecision href="#c1"/></informationRequirement>
    <informationRequirement><requiredDecision href="#c2"/></informationRequirement>
    <literalExpression><text>c1 and c2</text></literalExpression></decision>
  <decision id="amount" name="amount"><variable name="amount" typeRef="number"/>
    <literalExpression><text>200000</text></literalExpression></decision>
</definitions>
"""


def measure(**changes: object) -> MeasureDefinition:
    """Return a reward of 200,000 yuan for organisations in good standing."""
    made = MeasureDefinition(
        id="m1",
        name="稳健经营奖励",
        kind=Kind.GRANT,
        amount="一次性20万元",
        handled_by=parties.HR,
        mode=Mode.ORDINARY,
        conditions=(
            Condition("c1", "登记状态正常", "第二条第一项"),
            Condition("c2", "未列入经营异常名录", "第二条第二项"),
        ),
        window=Window("常年受理"),
        funding=Funding(Decimal(2_000_000), "市级财政专项资金"),
    )
    return replace(made, **changes)  # type: ignore[arg-type]  # a test's own choice


def policy(**changes: object) -> PolicyDefinition:
    """Return a policy of the human resources agency with that one measure."""
    made = PolicyDefinition(
        slug="steady-reward",
        title="深圳市稳健经营奖励办法",
        document_number="深人社规〔2026〕3号",
        issuing_agencies=("深圳市人力资源和社会保障局",),
        agency=parties.HR,
        issued_on=date(2026, 3, 1),
        effective_from=date(2026, 4, 1),
        effective_until=date(2029, 4, 1),
        level=Level.CITY,
        topic="企业培育奖补",
        applies_to="注册地在深圳的企业",
        summary="登记状态正常、未列入经营异常名录的企业，一次性奖励20万元。",
        measures=(measure(),),
    )
    return replace(made, **changes)  # type: ignore[arg-type]  # a test's own choice


def published(**changes: object) -> PolicyVersion:
    """Return that policy published, with the facts its rules read in the dictionary."""
    parties.agency(parties.HR)
    market = parties.agency("11440300MB2X01146N", "市市场监管局")
    status = {"active": "在营", "revoked": "吊销"}
    facts.put_fact(FactDefinition("org.status", "登记状态", FactType.CODE, market.code, values=status))
    facts.put_fact(FactDefinition("org.abnormal_list", "列入经营异常名录", FactType.BOOLEAN, market.code))
    return services.put_policy(policy(**changes), {"m1": RULES.encode()}, at=AT)[0]


def officer(code: str = parties.HR) -> Desk:
    """Return the desk of a new policy officer of this agency."""
    return desk_of(parties.desk(Post.Role.POLICY_OFFICER, code), on=AT.date())


@cache
def shenzhen() -> PolicyPack:
    """Return Shenzhen's pack with its policies, read once a process."""
    return read(SHENZHEN)


def loaded(blocker) -> Iterator[None]:
    """Keep Shenzhen's pack with its policies in the database until the module is done, as `items` does its items."""
    with blocker.unblock():
        outer = transaction.atomic()
        outer._from_testcase = True
        outer.__enter__()
        put(shenzhen(), at=timezone.now())
    memo.forget()
    yield
    with blocker.unblock():
        transaction.set_rollback(True)
        outer.__exit__(None, None, None)
    memo.forget()
