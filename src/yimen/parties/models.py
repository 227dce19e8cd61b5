"""Agencies, people and their accounts (部门、自然人、账号)."""

from uuid import uuid4

from django.contrib.auth.models import AbstractUser
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


class Person(models.Model):
    """A natural person (自然人): identifiers and a name only; everything else stays with its department."""

    id = models.UUIDField("主体标识", primary_key=True, default=uuid4, editable=False)
    id_number = models.CharField("公民身份号码", max_length=18, unique=True)
    name = models.CharField("姓名", max_length=100)

    class Meta:
        """Named in Chinese."""

        verbose_name = verbose_name_plural = "自然人"

    def __str__(self) -> str:
        """Return the identifier of the record, never the name: this text lands in logs."""
        return str(self.id)


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
