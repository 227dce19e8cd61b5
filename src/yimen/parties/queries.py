"""Reads of people, agencies and posts. Permission starts here: an actor exists only where a post or a person does."""

from datetime import date

from django.db.models import Q

from yimen.core.errors import Forbidden
from yimen.parties.logic import Actor
from yimen.parties.models import Account, Agency, Person, Post


class NotACitizen(Forbidden):
    """The account is not bound to a person, so it has no cases or licences of its own."""

    code = "parties.not-a-citizen"
    title = "这个账号没有绑定个人身份。"


class NotAnOfficer(Forbidden):
    """The account holds no post today."""

    code = "parties.not-an-officer"
    title = "这个账号今天没有审批岗位。"


def citizen(account: Account) -> tuple[Person, Actor]:
    """Return the person behind this account, and the person as an actor.

    Raises:
        NotACitizen: the account has no person.
    """
    if account.person is None:
        raise NotACitizen("请使用个人账号登录后再试。")
    return account.person, Actor(kind="citizen", id=str(account.pk), label="您本人")


def officer(account: Account, *, on: date) -> Actor:
    """Return this account as a case officer of the agency it holds a post at on that day.

    Raises:
        NotAnOfficer: no post as case officer covers the day.
    """
    post = (
        Post.objects.filter(Q(ends_on=None) | Q(ends_on__gt=on), account=account, role=Post.Role.CASE_OFFICER)
        .filter(starts_on__lte=on)
        .select_related("agency")
        .order_by("starts_on", "pk")
        .first()
    )
    if post is None:
        raise NotAnOfficer("请使用在岗的审批人员账号登录。")
    label = f"{post.agency.short_name} {post.get_role_display()}"
    return Actor(kind="officer", id=str(account.pk), label=label, agency_code=post.agency_id)


def agency_names() -> dict[str, str]:
    """Return the short name of every agency by its code."""
    return dict(Agency.objects.values_list("code", "short_name"))
