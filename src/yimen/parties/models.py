"""Agencies, parties, accounts, posts and mandates (部门、主体、账号、岗位、授权代办)."""

from typing import ClassVar
from uuid import uuid4

from django.contrib.auth.models import AbstractUser
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q


class Agency(models.Model):
    """A department of government (部门), known by its unified social credit code (GB 32100-2015)."""

    code = models.CharField("统一社会信用代码", max_length=18, primary_key=True)
    name = models.CharField("部门名称", max_length=200)
    short_name = models.CharField("部门简称", max_length=50)
    division_code = models.CharField(
        "行政区划代码", max_length=12, help_text="GB/T 2260，六位；街道及以下九位、十二位。"
    )
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, verbose_name="上级部门", related_name="children"
    )

    class Meta:
        """Named in Chinese, listed by code."""

        verbose_name = verbose_name_plural = "部门"
        ordering = ("code",)

    def __str__(self) -> str:
        """Return the short name people say."""
        return self.short_name


class Party(models.Model):
    """Whom a right or a duty can belong to (主体): a natural person or an organisation.

    Holds the identifier and the name only; everything else stays with its department.
    """

    class Kind(models.TextChoices):
        """Which of the two."""

        PERSON = "PERSON", "自然人"
        ORGANISATION = "ORGANISATION", "法人"

    id = models.UUIDField("主体标识", primary_key=True, default=uuid4, editable=False)
    kind = models.CharField("主体类型", max_length=16, choices=Kind)
    number = models.CharField(
        "主体代码", max_length=18, unique=True, help_text="公民身份号码（GB 11643）或统一社会信用代码（GB 32100）。"
    )
    name = models.CharField("主体名称", max_length=200)

    class Meta:
        """Named in Chinese."""

        verbose_name = verbose_name_plural = "主体"
        constraints = [
            models.CheckConstraint(name="parties_kind_known", condition=Q(kind__in=["PERSON", "ORGANISATION"]))
        ]

    def __str__(self) -> str:
        """Return the identifier of the record, never the name: this text lands in logs."""
        return str(self.id)

    @property
    def is_person(self) -> bool:
        """Tell whether it is a natural person."""
        return self.kind == self.Kind.PERSON


class People(models.Manager["Person"]):
    """The natural persons among the parties."""

    def get_queryset(self) -> models.QuerySet["Person"]:
        """Return them all."""
        return super().get_queryset().filter(kind=Party.Kind.PERSON)


class Organisations(models.Manager["Organisation"]):
    """The organisations among the parties."""

    def get_queryset(self) -> models.QuerySet["Organisation"]:
        """Return them all."""
        return super().get_queryset().filter(kind=Party.Kind.ORGANISATION)


class Person(Party):
    """A natural person (自然人)."""

    objects: ClassVar[People] = People()

    class Meta:
        """Named in Chinese."""

        proxy = True
        verbose_name = verbose_name_plural = "自然人"

    @property
    def id_number(self) -> str:
        """Return the citizen ID number (公民身份号码)."""
        return self.number


class Organisation(Party):
    """An organisation (法人): a company, an individual business, an institution."""

    objects: ClassVar[Organisations] = Organisations()

    class Meta:
        """Named in Chinese."""

        proxy = True
        verbose_name = verbose_name_plural = "法人"

    @property
    def credit_code(self) -> str:
        """Return the unified social credit code (统一社会信用代码)."""
        return self.number


class Account(AbstractUser):
    """A way to sign in (账号): a citizen's own, an officer's, or both."""

    person = models.OneToOneField(
        Person, models.PROTECT, null=True, blank=True, verbose_name="自然人", related_name="account"
    )

    class Meta:
        """Named in Chinese."""

        verbose_name = verbose_name_plural = "账号"


class Post(models.Model):
    """A post an account holds at an agency (岗位): what an officer may do comes from here and from nowhere else."""

    class Role(models.TextChoices):
        """What the post is for."""

        CASE_OFFICER = "CASE_OFFICER", "审批人员"
        DATA_OFFICER = "DATA_OFFICER", "数据专员"
        DATA_STEWARD = "DATA_STEWARD", "数据管理员"
        AUDITOR = "AUDITOR", "审计人员"
        POLICY_OFFICER = "POLICY_OFFICER", "政策专员"
        PAYMENT_OFFICER = "PAYMENT_OFFICER", "资金拨付人员"

    account = models.ForeignKey(Account, models.CASCADE, verbose_name="账号", related_name="posts")
    agency = models.ForeignKey(Agency, models.PROTECT, verbose_name="部门", related_name="posts")
    role = models.CharField("岗位角色", max_length=32, choices=Role)
    starts_on = models.DateField("任职起始日期")
    ends_on = models.DateField("任职截止日期（不含）", null=True, blank=True)

    class Meta:
        """A post is held once; its period ends exclusively."""

        verbose_name = verbose_name_plural = "岗位"
        constraints = [
            models.UniqueConstraint(name="parties_post_held_once", fields=["account", "agency", "role"]),
            models.CheckConstraint(
                name="parties_post_ends_after_start", condition=Q(ends_on=None) | Q(ends_on__gt=models.F("starts_on"))
            ),
        ]

    def __str__(self) -> str:
        """Return the role in words."""
        return self.get_role_display()


class Mandate(models.Model):
    """The right of a person to act for somebody else (授权代办): in which items, in which role, until when.

    Ended by moving `ends_on` forward, never deleted: what was done under it stays explained.
    """

    class Role(models.TextChoices):
        """What the right comes from."""

        REPRESENTATIVE = "REPRESENTATIVE", "法定代表人（经营者）"
        AGENT = "AGENT", "经办人"
        RELATIVE = "RELATIVE", "亲属代办"

    principal = models.ForeignKey(
        Party, models.PROTECT, verbose_name="委托人", related_name="mandates_given", help_text="法人或自然人。"
    )
    agent = models.ForeignKey(Party, models.PROTECT, verbose_name="受托人", related_name="mandates_held")
    role = models.CharField("代办身份", max_length=16, choices=Role)
    items = ArrayField(
        models.CharField(max_length=100), verbose_name="授权事项", default=list, blank=True, help_text="空为全部事项。"
    )
    starts_on = models.DateField("起始日期")
    ends_on = models.DateField("截止日期（不含）", null=True, blank=True)
    given_by = models.ForeignKey(
        Party, models.PROTECT, null=True, verbose_name="授权操作人", related_name="+", help_text="空为登记信息带入。"
    )
    given_at = models.DateTimeField("授权时间")

    class Meta:
        """Nobody is their own agent; whoever is not the representative has an end date."""

        verbose_name = verbose_name_plural = "授权代办"
        ordering = ("given_at", "pk")
        constraints = [
            models.CheckConstraint(name="parties_mandate_of_two", condition=~Q(principal=models.F("agent"))),
            models.CheckConstraint(
                name="parties_mandate_ends",
                condition=Q(role="REPRESENTATIVE") | Q(ends_on__isnull=False),
            ),
            models.CheckConstraint(
                name="parties_mandate_ends_after_start",
                condition=Q(ends_on=None) | Q(ends_on__gte=models.F("starts_on")),
            ),
        ]
        indexes = [
            models.Index(fields=["agent", "principal"], name="parties_mandates_of_agent"),
            models.Index(fields=["principal"], name="parties_mandates_given"),
        ]

    def __str__(self) -> str:
        """Return the role in words."""
        return self.get_role_display()


class Client(models.Model):
    """A program of somebody else's that uses the API (接入应用): an integrator's, a department's."""

    slug = models.SlugField("应用标识", max_length=60, primary_key=True)
    name = models.CharField("应用名称", max_length=200)
    is_active = models.BooleanField("启用", default=True)
    created_at = models.DateTimeField("登记时间")

    class Meta:
        """Named in Chinese."""

        verbose_name = verbose_name_plural = "接入应用"

    def __str__(self) -> str:
        """Return its name."""
        return self.name


class Token(models.Model):
    """A client's right to use the API (访问令牌), for itself or for the holder of an account, until a moment.

    Only the digest is kept: whoever reads this table cannot use what stands in it.
    """

    client = models.ForeignKey(Client, models.PROTECT, verbose_name="接入应用", related_name="tokens")
    account = models.ForeignKey(
        Account, models.PROTECT, null=True, blank=True, verbose_name="账号", related_name="tokens"
    )
    digest = models.CharField("SHA-256 摘要", max_length=64, unique=True)
    scopes = ArrayField(models.CharField(max_length=20), verbose_name="权限范围")
    issued_at = models.DateTimeField("签发时间")
    expires_at = models.DateTimeField("失效时间")
    revoked_at = models.DateTimeField("收回时间", null=True, blank=True)

    class Meta:
        """It ends after it begins."""

        verbose_name = verbose_name_plural = "访问令牌"
        constraints = [
            models.CheckConstraint(
                name="parties_token_ends_after_start", condition=Q(expires_at__gt=models.F("issued_at"))
            )
        ]

    def __str__(self) -> str:
        """Return the client's slug with its number, never the token."""
        return f"{self.client_id} {self.pk}"
