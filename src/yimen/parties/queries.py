"""Reads of parties, agencies, posts and mandates.

Permission starts here: an actor exists only where a post or a person does, and somebody acts for somebody else only
where a mandate says so.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q, QuerySet
from django.db.models.functions import Substr

from yimen.core.errors import Forbidden, NotFound, Unauthenticated
from yimen.parties.logic import Actor, covers, is_in_force, token_digest
from yimen.parties.models import Account, Agency, Mandate, Organisation, Party, Person, Post, Token
from yimen.standards import masking


class NotACitizen(Forbidden):
    """The account is not bound to a person, so it has no cases or licences of its own."""

    code = "parties.not-a-citizen"
    title = "这个账号没有绑定个人身份。"


class NotAnOfficer(Forbidden):
    """The account holds no post today."""

    code = "parties.not-an-officer"
    title = "这个账号今天没有审批岗位。"


class NoMandate(Forbidden):
    """The person has no mandate to act for this party, or not in this item."""

    code = "parties.no-mandate"
    title = "您没有代这个主体办理的授权。"


class MandateOver(NoMandate):
    """There was a mandate, but it does not cover today."""

    code = "parties.mandate-over"
    title = "代办授权已经到期或被收回。"


class MandateNotFound(NotFound):
    """No such mandate, or not yours to see."""

    code = "parties.mandate-not-found"
    title = "没有找到这项授权。"


@dataclass(frozen=True, slots=True)
class Standing:
    """As whom somebody acts (办事身份): the person, and the party it is done for, which may be the person.

    `mandate` is None when the person acts for themselves. `items` are those it is good for, empty for all. `client` is
    the program through which they act, empty on our own pages: it sees only what was filed through it.
    """

    person: Person
    principal: Party
    actor: Actor
    mandate: int | None = None
    role: str = ""
    client: str = ""
    items: tuple[str, ...] = ()
    ends_on: date | None = None

    @property
    def is_own(self) -> bool:
        """Tell whether the person acts for themselves."""
        return self.mandate is None


@dataclass(frozen=True, slots=True)
class MandateRow:
    """A mandate on a list (授权代办). The other's name is masked where it is a person's."""

    id: int
    principal_id: UUID
    principal: str
    is_organisation: bool
    agent: str
    role: str
    role_label: str
    items: tuple[str, ...]
    starts_on: date
    ends_on: date | None
    is_in_force: bool


class TokenMissing(Unauthenticated):
    """A program came without a token, or with something that is none."""

    code = "parties.token-missing"
    title = "请求没有带访问令牌。"


class TokenInvalid(Unauthenticated):
    """There is no such token, or it was revoked, or its client or its account is switched off: all answered alike."""

    code = "parties.token-invalid"
    title = "访问令牌无效。"


class TokenExpired(Unauthenticated):
    """The token's time is over."""

    code = "parties.token-expired"
    title = "访问令牌已经过期。"


class ScopeMissing(Forbidden):
    """The token is good, but not for this."""

    code = "parties.scope-missing"
    title = "访问令牌没有这项权限。"


@dataclass(frozen=True, slots=True)
class Bearer:
    """Who comes with a token: the client, and the account it acts for, None where it acts for itself."""

    client: str
    account: Account | None
    scopes: tuple[str, ...]


def bearer(token: str, *, scope: str, at: datetime) -> Bearer:
    """Return who comes with this token.

    Raises:
        TokenInvalid, TokenExpired: it is not good now. ScopeMissing: it is not good for this.
    """
    found = Token.objects.select_related("client", "account__person").filter(digest=token_digest(token)).first()
    if found is None or not found.client.is_active or (found.revoked_at is not None and found.revoked_at <= at):
        raise TokenInvalid("请向签发方申请新的令牌。")
    if found.account is not None and not found.account.is_active:
        raise TokenInvalid("请向签发方申请新的令牌。")
    if found.expires_at <= at:
        raise TokenExpired("请向签发方申请新的令牌。", expired_at=found.expires_at.isoformat())
    if scope not in found.scopes:
        raise ScopeMissing(f"这个操作需要 {scope} 权限，令牌只有 {'、'.join(found.scopes)}。", scope=scope)
    return Bearer(found.client_id, found.account, tuple(found.scopes))


class NoSuchAccount(NotFound):
    """No account has this name."""

    code = "parties.no-such-account"
    title = "没有这个账号。"


def account(username: str) -> Account:
    """Return the account of this name.

    Raises:
        NoSuchAccount: there is none.
    """
    found = Account.objects.filter(username=username).first()
    if found is None:
        raise NoSuchAccount(f"没有账号“{username}”。请检查拼写。")
    return found


def account_numbered(key: str) -> Account:
    """Return the account of this primary key, as an actor's `id` gives it.

    Raises:
        NoSuchAccount: there is none.
    """
    found = Account.objects.select_related("person").filter(pk=key).first() if key.isdecimal() else None
    if found is None:
        raise NoSuchAccount("这个账号已经不在了。")
    return found


def party(number_or_id: str) -> UUID | None:
    """Return the party of this identifier or organisation code; None where there is none."""
    try:
        return UUID(number_or_id)
    except ValueError:
        found = organisation(number_or_id) if number_or_id.isalnum() else None
        return None if found is None else found.pk


def numbered(number: str) -> UUID | None:
    """Return the party of this ID number or credit code; None where we know none."""
    return Party.objects.filter(number=number).values_list("pk", flat=True).first()


def citizen(account: Account) -> Standing:
    """Return the person behind this account, acting for themselves.

    Raises:
        NotACitizen: the account has no person.
    """
    if account.person is None:
        raise NotACitizen("请使用个人账号登录后再试。")
    return Standing(account.person, account.person, Actor(kind="citizen", id=str(account.pk), label="您本人"))


def standing(account: Account, principal_id: UUID, *, on: date) -> Standing:
    """Return the person behind this account acting for that party, under the mandates that cover the day.

    Raises:
        NotACitizen: the account has no person. NoMandate, MandateOver: there is no mandate today.
    """
    own = citizen(account)
    if own.person.pk == principal_id:
        return own
    mandates = list(Mandate.objects.filter(agent=own.person, principal_id=principal_id).select_related("principal"))
    if not mandates:
        raise NoMandate("请选择您本人，或有授权的单位和亲属。")
    today = [one for one in mandates if is_in_force(one.starts_on, one.ends_on, on=on)]
    if not today:
        raise MandateOver("已填写的内容都还在。请联系委托人重新授权，再继续办理。")
    # A representative's right covers everything; several narrower ones add up.
    chief = min(today, key=lambda one: (one.role != Mandate.Role.REPRESENTATIVE, one.pk))
    items = () if any(not one.items for one in today) else tuple(sorted({name for one in today for name in one.items}))
    principal = chief.principal
    whom = "" if principal.is_person else f"{principal.name} "
    label = f"{whom}{chief.get_role_display()}"
    actor = Actor(kind="citizen", id=str(account.pk), label=label)
    return Standing(own.person, principal, actor, mandate=chief.pk, role=chief.role, items=items, ends_on=chief.ends_on)


def still_stands(standing: Standing, item: str, *, on: date) -> bool:
    """Tell whether what the person does for the other in this item is still covered by a mandate, just now."""
    if standing.is_own:
        return True
    mandates = Mandate.objects.filter(_in_force(on), agent=standing.person, principal=standing.principal)
    return any(covers(tuple(one.items), item) for one in mandates)


def principals(person: Person, *, on: date) -> list[MandateRow]:
    """Return for whom the person may act on that day, organisations first."""
    mandates = Mandate.objects.filter(_in_force(on), agent=person).select_related("principal", "agent")
    return sorted((_row(one, on=on) for one in mandates), key=lambda row: (not row.is_organisation, row.id))


def mandates_given(principal: Party, *, on: date) -> list[MandateRow]:
    """Return every mandate somebody has or had to act for this party, newest first."""
    mandates = Mandate.objects.filter(principal=principal).select_related("principal", "agent").order_by("-pk")
    return [_row(one, on=on) for one in mandates]


def represented_by(person: Person, *, on: date) -> list[Organisation]:
    """Return the organisations whose legal representative (法定代表人、经营者) the person is on that day."""
    roles = Mandate.objects.filter(_in_force(on), agent=person, role=Mandate.Role.REPRESENTATIVE)
    return list(Organisation.objects.filter(pk__in=roles.values("principal")).order_by("number"))


def organisation(credit_code: str) -> Organisation | None:
    """Return the organisation of this code, None when it is not known."""
    return Organisation.objects.filter(number=credit_code).first()


def credit_codes(*, chunk: int = 20_000) -> Iterator[tuple[UUID, str]]:
    """Yield identifier and credit code of every organisation, chunk by chunk as the database sends them."""
    yield from Organisation.objects.order_by("number").values_list("pk", "number").iterator(chunk_size=chunk)


def organisations() -> QuerySet[Organisation]:
    """Return every organisation, by its code."""
    return Organisation.objects.order_by("number")


def people_born(first: date, last: date) -> QuerySet[Person]:
    """Return the people whose ID number says that they were born in this period, both days included."""
    born = Person.objects.annotate(born=Substr("number", 7, 8))
    return born.filter(born__gte=f"{first:%Y%m%d}", born__lte=f"{last:%Y%m%d}").order_by("number")


def named(ids: Iterable[UUID]) -> dict[UUID, str]:
    """Return the names of these organisations by their identifier; people are left out."""
    return dict(Organisation.objects.filter(pk__in=set(ids)).values_list("pk", "name"))


def _in_force(on: date) -> Q:
    return Q(starts_on__lte=on) & (Q(ends_on=None) | Q(ends_on__gt=on))


def _row(one: Mandate, *, on: date) -> MandateRow:
    whole = not one.principal.is_person
    return MandateRow(
        id=one.pk,
        principal_id=one.principal_id,
        principal=one.principal.name if whole else masking.name(one.principal.name),
        is_organisation=whole,
        agent=masking.name(one.agent.name),
        role=one.role,
        role_label=one.get_role_display(),
        items=tuple(one.items),
        starts_on=one.starts_on,
        ends_on=one.ends_on,
        is_in_force=is_in_force(one.starts_on, one.ends_on, on=on),
    )


def officer(account: Account, *, on: date) -> Actor:
    """Return this account as a case officer of the agency it holds a post at on that day.

    Raises:
        NotAnOfficer: no post as case officer covers the day.
    """
    for post in _posts(account, on=on).filter(role=Post.Role.CASE_OFFICER):
        return _as_actor(post)
    raise NotAnOfficer("请使用在岗的审批人员账号登录。")


@dataclass(frozen=True, slots=True)
class Desk:
    """A post in the console (岗位): who sits there, and as what. No kind acts for another (三员分立)."""

    actor: Actor
    agency: str
    agency_name: str
    role: str
    role_label: str

    @property
    def is_data_officer(self) -> bool:
        """Tell whether it looks after the data of its own agency (数据专员)."""
        return self.role == Post.Role.DATA_OFFICER

    @property
    def is_steward(self) -> bool:
        """Tell whether it looks after the data of the whole city, at its data bureau (数据管理员)."""
        return self.role == Post.Role.DATA_STEWARD

    @property
    def is_auditor(self) -> bool:
        """Tell whether it looks at what others did, and changes nothing (审计人员)."""
        return self.role == Post.Role.AUDITOR

    @property
    def is_policy_officer(self) -> bool:
        """Tell whether it takes policies apart, reviews and publishes them, for its own agency (政策专员)."""
        return self.role == Post.Role.POLICY_OFFICER

    @property
    def is_payment_officer(self) -> bool:
        """Tell whether it sends its agency's money on its way (资金拨付人员)."""
        return self.role == Post.Role.PAYMENT_OFFICER


class NoDesk(Forbidden):
    """The account holds no post in the console today."""

    code = "parties.no-desk"
    title = "这个账号今天没有管理岗位。"


CONSOLE_ROLES = (
    Post.Role.DATA_OFFICER,
    Post.Role.DATA_STEWARD,
    Post.Role.AUDITOR,
    Post.Role.POLICY_OFFICER,
    Post.Role.PAYMENT_OFFICER,
)


def desk(account: Account, *, on: date) -> Desk:
    """Return the console's post this account holds on that day; the earliest where there are several.

    Raises:
        NoDesk: none covers the day.
    """
    for post in _posts(account, on=on).filter(role__in=CONSOLE_ROLES):
        actor = _as_actor(post)
        return Desk(actor, post.agency_id, post.agency.short_name, post.role, post.get_role_display())
    raise NoDesk("请使用在岗的数据、政策、拨付或审计人员账号登录。")


def data_bureau(*, on: date) -> str | None:
    """Return the code of the agency whose stewards look after the city's data (数据管理部门), None where none does.

    The one whose earliest steward in office was appointed first.
    """
    in_office = Q(ends_on=None) | Q(ends_on__gt=on)
    stewards = Post.objects.filter(in_office, role=Post.Role.DATA_STEWARD, starts_on__lte=on)
    return stewards.order_by("starts_on", "pk").values_list("agency_id", flat=True).first()


def has_desk(account: Account, *, on: date) -> bool:
    """Tell whether the account holds a post in the console on that day."""
    return _posts(account, on=on).filter(role__in=CONSOLE_ROLES).exists()


def _posts(account: Account, *, on: date) -> QuerySet[Post]:
    in_force = Q(ends_on=None) | Q(ends_on__gt=on)
    return (
        Post.objects.filter(in_force, account=account, starts_on__lte=on)
        .select_related("agency")
        .order_by("starts_on", "pk")
    )


def _as_actor(post: Post) -> Actor:
    label = f"{post.agency.short_name} {post.get_role_display()}"
    return Actor(kind="officer", id=str(post.account_id), label=label, agency_code=post.agency_id)


def agency_names() -> dict[str, str]:
    """Return the short name of every agency by its code."""
    return dict(Agency.objects.values_list("code", "short_name"))
