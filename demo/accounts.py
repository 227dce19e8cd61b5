"""Everybody of the demo city becomes known to the platform; those with a part get an account to sign in with."""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from datetime import date, datetime

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yimen.config.settings")
django.setup()

from django.utils import timezone  # noqa: E402 - Django must be set up first

from demo import cast  # noqa: E402
from demo.organisations import Organisation, organisations  # noqa: E402
from demo.people import Person  # noqa: E402
from yimen.cases.models import Case  # noqa: E402
from yimen.parties import services as parties  # noqa: E402
from yimen.parties.models import Account, Post  # noqa: E402

OFFICERS = {
    "demo-officer-sme": ("11440300MB2X01808G", "中小企业服务局审核人员，核对免申即享名单，处理公示异议"),
    "demo-officer-industry": ("11440300MB2X01664Y", "工业和信息化局审批人员，处理联合审核的惠企申报"),
    "demo-officer": ("11440300MB2X00012A", "人力资源保障部门审批人员，处理转人工和要求复核的办件"),
    "demo-officer-civil": ("11440300MB2X010070", "民政部门审批人员，处理数据有矛盾的办件"),
    "demo-officer-reform": ("11440300MB2X01218F", "发展改革部门审批人员，处理部门没有按时答复的办件"),
}
HR = "11440300MB2X00012A"
"""The bureau of human resources (人力资源保障局)."""
SME = "11440300MB2X01808G"
"""The bureau that serves small and medium enterprises (中小企业服务局)."""
DESKS = {
    "demo-data-police": ("11440300MB2X00055P", Post.Role.DATA_OFFICER, "公安部门数据专员，登记和共享本部门的数据"),
    "demo-data-hr": ("11440300MB2X00012A", Post.Role.DATA_OFFICER, "人力资源保障部门数据专员，为事项申请数据"),
    "demo-data-veterans": (
        "11440300MB2X013576",
        Post.Role.DATA_OFFICER,
        "退役军人事务部门数据专员，登记本部门的数据，处理数据异议",
    ),
    "demo-steward": (
        "11440300MB2X015258",
        Post.Role.DATA_STEWARD,
        "数据管理局数据管理员，管标准、目录、授权裁定和质量",
    ),
    "demo-policy": (SME, Post.Role.POLICY_OFFICER, "中小企业服务局政策专员，汇聚、拆解、起草政策"),
    "demo-policy-first": (SME, Post.Role.POLICY_OFFICER, "中小企业服务局政策专员，第一位审核人"),
    "demo-policy-second": (SME, Post.Role.POLICY_OFFICER, "中小企业服务局政策专员，第二位审核人"),
    "demo-payer-first": (SME, Post.Role.PAYMENT_OFFICER, "中小企业服务局拨付人员甲，编制和冻结拨付批次"),
    "demo-payer-second": (SME, Post.Role.PAYMENT_OFFICER, "中小企业服务局拨付人员乙，复核并发送拨付批次"),
    "demo-payer-hr-first": (HR, Post.Role.PAYMENT_OFFICER, "人力资源保障局拨付人员甲，编制和冻结拨付批次"),
    "demo-payer-hr-second": (HR, Post.Role.PAYMENT_OFFICER, "人力资源保障局拨付人员乙，复核并发送拨付批次"),
    "demo-auditor": ("11440300MB2X015258", Post.Role.AUDITOR, "审计人员，只看不改"),
}
BATCH = 2000


def settle(
    people: Sequence[Person], firms: Sequence[Organisation], *, at: datetime, progress: Callable[[int], None]
) -> None:
    """Register people and organisations, open the accounts, appoint the officers; a second call changes nothing."""
    for start in range(0, len(people), BATCH):
        batch = people[start : start + BATCH]
        parties.register_people([(person.id_number, person.name) for person in batch])
        progress(start + len(batch))
    for person in people:
        if person.role:
            registered = parties.register_person(id_number=person.id_number, name=person.name)
            _tell(parties.open_account(f"demo-{person.username}", person=registered), person.role)
    parties.register_organisations(
        [(one.credit_code, one.name, one.representative.id_number) for one in firms], starts_on=date(2000, 1, 1), at=at
    )
    for username, (agency, story) in OFFICERS.items():
        officer = parties.open_account(username)
        parties.appoint(officer, agency_code=agency, starts_on=date(2020, 1, 1))
        _tell(officer, story)
    for username, (agency, role, story) in DESKS.items():
        account = parties.open_account(username)
        parties.appoint(account, agency_code=agency, starts_on=date(2020, 1, 1), role=role)
        _tell(account, story)


def _tell(account: Account, story: str) -> None:
    """Keep the line the demo's sign-in page shows."""
    if account.first_name != story:
        account.first_name = story
        account.save(update_fields=["first_name"])


def main() -> None:
    """Settle the city of a day; print how many are registered after each batch."""
    parser = argparse.ArgumentParser(prog="python -m demo.accounts")
    parser.add_argument("--today", type=date.fromisoformat, required=True)
    parser.add_argument("--count", type=int, required=True)
    arguments = parser.parse_args()
    if Case.objects.exists():
        sys.exit("数据库里已有办件，故事讲不下去。请用一个空的数据库，或不设 DATABASE_URL。")
    people = cast.population(today=arguments.today, count=arguments.count)
    firms = organisations(people, today=arguments.today)
    settle(people, firms, at=timezone.now(), progress=lambda done: print(done, flush=True))


if __name__ == "__main__":
    main()
