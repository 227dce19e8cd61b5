"""Verbs that change who is known and who may act for whom: agencies, parties, accounts, posts, mandates."""

import re
import secrets
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from django.db import transaction

from yimen.core import memo
from yimen.core.errors import Invalid
from yimen.parties.logic import (
    LONGEST_MANDATE_DAYS,
    LONGEST_TOKEN_DAYS,
    SCOPES,
    TOKEN_PREFIX,
    AgencyDefinition,
    token_digest,
)
from yimen.parties.models import Account, Agency, Client, Mandate, Organisation, Party, Person, Post, Token
from yimen.parties.queries import MandateNotFound, NoMandate, Standing
from yimen.standards import credit_code, resident_id


class UnknownParent(Invalid):
    """An agency names a parent that is not there."""

    code = "parties.unknown-parent"
    title = "上级部门不存在。"


@transaction.atomic
def put_agency(definition: AgencyDefinition) -> Agency:
    """Create the agency or bring it up to date; the same definition twice changes nothing.

    Raises:
        UnknownParent: the parent's code is not known yet; put parents first.
    """
    if definition.parent and not Agency.objects.filter(code=definition.parent).exists():
        raise UnknownParent(f"请先登记上级部门 {definition.parent}。", agency=definition.code)
    memo.forget()
    agency, _ = Agency.objects.update_or_create(
        code=definition.code,
        defaults={
            "name": definition.name,
            "short_name": definition.short_name,
            "division_code": definition.division,
            "parent_id": definition.parent,
        },
    )
    return agency


def register_person(*, id_number: str, name: str) -> Person:
    """Return the person of this ID number, registering them on first sight.

    Raises:
        Invalid: the ID number breaks GB 11643-1999; the sentence says how.
    """
    number = resident_id.parse(id_number).number
    person, _ = Person.objects.get_or_create(number=number, defaults={"kind": Party.Kind.PERSON, "name": name})
    return person


def register_people(people: Iterable[tuple[str, str]], *, batch_size: int = 2000) -> int:
    """Register many people, given as (ID number, name); those already known stay as they are; return how many came."""
    rows = [
        Person(kind=Party.Kind.PERSON, number=resident_id.parse(number).number, name=name) for number, name in people
    ]
    Person.objects.bulk_create(rows, batch_size=batch_size, ignore_conflicts=True)
    return len(rows)


def register_organisation(*, code: str, name: str) -> Organisation:
    """Return the organisation of this unified social credit code, registering it on first sight.

    Raises:
        Invalid: the code breaks GB 32100-2015; the sentence says how.
    """
    number = credit_code.parse(code).code
    organisation, _ = Organisation.objects.get_or_create(
        number=number, defaults={"kind": Party.Kind.ORGANISATION, "name": name}
    )
    return organisation


@transaction.atomic
def register_organisations(rows: Iterable[tuple[str, str, str]], *, starts_on: date, at: datetime) -> int:
    """Register many organisations, given as (credit code, name, ID number of the legal representative).

    Those already known stay as they are; a representative must be registered before. Returns how many were given.
    """
    given = list(rows)
    Organisation.objects.bulk_create(
        [
            Organisation(kind=Party.Kind.ORGANISATION, number=credit_code.parse(code).code, name=name)
            for code, name, _ in given
        ],
        batch_size=2000,
        ignore_conflicts=True,
    )
    ids = dict(Party.objects.values_list("number", "pk"))
    known = set(
        Mandate.objects.filter(role=Mandate.Role.REPRESENTATIVE).values_list("principal__number", "agent__number")
    )
    Mandate.objects.bulk_create(
        [
            Mandate(
                principal_id=ids[code],
                agent_id=ids[number],
                role=Mandate.Role.REPRESENTATIVE,
                starts_on=starts_on,
                given_at=at,
            )
            for code, _, number in given
            if number in ids and (code, number) not in known
        ],
        batch_size=2000,
    )
    return len(given)


def name_representative(organisation: Organisation, person: Person, *, starts_on: date, at: datetime) -> Mandate:
    """Write down that the person is the organisation's legal representative (法定代表人、经营者), as registered."""
    mandate, _ = Mandate.objects.get_or_create(
        principal=organisation,
        agent=person,
        role=Mandate.Role.REPRESENTATIVE,
        defaults={"starts_on": starts_on, "given_at": at},
    )
    return mandate


def open_account(username: str, *, person: Person | None = None, password: str | None = None) -> Account:
    """Return the account of this name, opening it on first call; without a password it cannot sign in by one."""
    account, is_new = Account.objects.get_or_create(username=username, defaults={"person": person})
    if is_new:
        account.set_password(password)
        account.save(update_fields=["password"])
    return account


def appoint(account: Account, *, agency_code: str, starts_on: date, role: Post.Role = Post.Role.CASE_OFFICER) -> Post:
    """Give the account a post at the agency (任职): case officer unless it is said otherwise."""
    post, _ = Post.objects.get_or_create(
        account=account,
        agency_id=agency_code,
        role=role,
        defaults={"starts_on": starts_on},
    )
    return post


class BadToken(Invalid):
    """A token makes no sense: its client, its scopes or its end."""

    code = "parties.bad-token"
    title = "访问令牌的内容有误。"


def register_client(slug: str, *, name: str, at: datetime) -> Client:
    """Register a program that may be given tokens; a second time changes its name only.

    Raises:
        BadToken: the slug is not of small letters, digits and hyphens.
    """
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,59}", slug):
        raise BadToken(f"应用标识“{slug}”应为小写字母、数字和连字符。请改正后重试。")
    client, _ = Client.objects.update_or_create(
        slug=slug, defaults={"name": name}, create_defaults={"name": name, "created_at": at}
    )
    return client


def issue_token(
    client: str, *, account: Account | None, scopes: Sequence[str], days: int, at: datetime
) -> tuple[Token, str]:
    """Give a client a token; return it, and its text, which is shown this once and kept nowhere.

    Raises:
        BadToken: no such client, a scope nobody knows, or more than a year.
    """
    if not Client.objects.filter(pk=client, is_active=True).exists():
        raise BadToken(f"没有接入应用“{client}”。请先用 yimen client register 登记。")
    if not scopes or set(scopes) - set(SCOPES):
        raise BadToken(f"权限范围应为 {'、'.join(SCOPES)} 中的若干。")
    if not 0 < days <= LONGEST_TOKEN_DAYS:
        raise BadToken(f"有效期应为 1 到 {LONGEST_TOKEN_DAYS} 天，收到 {days}。")
    text = TOKEN_PREFIX + secrets.token_urlsafe(32)
    token = Token.objects.create(
        client_id=client,
        account=account,
        digest=token_digest(text),
        scopes=sorted(set(scopes)),
        issued_at=at,
        expires_at=at + timedelta(days=days),
    )
    return token, text


def revoke_token(token_id: int, *, at: datetime) -> bool:
    """Take a token back, from now; tell whether there was one to take."""
    return Token.objects.filter(pk=token_id, revoked_at=None).update(revoked_at=at) > 0


class BadMandate(Invalid):
    """A mandate makes no sense: its agent, its items or its dates."""

    code = "parties.bad-mandate"
    title = "授权的内容有误。"


def may_mandate(standing: Standing) -> bool:
    """Tell whether this person may let others act for this principal: themselves, or its legal representative."""
    return standing.is_own or standing.role == Mandate.Role.REPRESENTATIVE


@transaction.atomic
def give_mandate(
    standing: Standing, *, id_number: str, name: str, items: Sequence[str], ends_on: date, at: datetime, on: date
) -> Mandate:
    """Let somebody act for the principal from today until the day before `ends_on`, in these items (none: in all).

    The agent is named by ID number and name, both of which must fit: a slip of a digit must not empower a stranger.

    Raises:
        NoMandate: only the principal or its legal representative may. BadMandate: the agent is not known by that number
            and name, is the principal, or the end is not within two years. Invalid: the ID number is wrong.
    """
    if not may_mandate(standing):
        raise NoMandate("只有本人或法定代表人（经营者）可以授权别人代办。")
    number = resident_id.parse(id_number).number
    agent = Person.objects.filter(number=number, name=name.strip()).first()
    if agent is None:
        raise BadMandate("没有找到姓名和身份号码都一致的人。请核对后重新填写。", field="id_number")
    if agent.pk in {standing.principal.pk, standing.person.pk}:
        raise BadMandate("不用授权给自己。请填写要委托的人。", field="id_number")
    if not on < ends_on <= on + timedelta(days=LONGEST_MANDATE_DAYS):
        raise BadMandate("截止日期应在今天之后、两年以内。", field="ends_on")
    role = Mandate.Role.RELATIVE if standing.principal.is_person else Mandate.Role.AGENT
    return Mandate.objects.create(
        principal=standing.principal,
        agent=agent,
        role=role,
        items=sorted(set(items)),
        starts_on=on,
        ends_on=ends_on,
        given_by=standing.person,
        given_at=at,
    )


@transaction.atomic
def end_mandate(mandate_id: int, standing: Standing, *, on: date) -> Mandate:
    """Take the mandate back, from today; a second time changes nothing.

    Raises:
        MandateNotFound: it is not the principal's. NoMandate: not this person's to take back, or a registered role.
    """
    mandate = (
        Mandate.objects.select_for_update(of=("self",)).filter(pk=mandate_id, principal=standing.principal).first()
    )
    if mandate is None:
        raise MandateNotFound("请从授权列表重新进入。")
    if mandate.role == Mandate.Role.REPRESENTATIVE or not (may_mandate(standing) or mandate.agent == standing.person):
        raise NoMandate("法定代表人（经营者）的身份来自登记信息，不能在这里收回。")
    if mandate.ends_on is None or mandate.ends_on > on:
        mandate.ends_on = max(on, mandate.starts_on)
        mandate.save(update_fields=["ends_on"])
    return mandate
