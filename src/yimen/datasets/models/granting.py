"""The grants that are the access rule (共享授权), how often each was used, and which calls were answered."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q


class Basis(models.TextChoices):
    """On what the processing stands (处理依据; 个人信息保护法 art. 13)."""

    STATUTORY = "STATUTORY", "法定职责"
    CONSENT = "CONSENT", "本人同意"


class Grant(models.Model):
    """A right to read (共享授权): who, of which dataset, which fields, for which item, on what basis, until when.

    It is the access rule itself: every exchange asks this table. Revoked or suspended it is refused from the next
    exchange on. `request` is the request it was given on, None for one that a content pack states; the two stand side
    by side, each with its own period, and one of them has to cover an exchange whole.
    """

    class Status(models.TextChoices):
        """Whether it can be used. That its period is over is told by its dates, not here."""

        ACTIVE = "ACTIVE", "有效"
        SUSPENDED = "SUSPENDED", "已暂停"
        REVOKED = "REVOKED", "已撤销"

    dataset = models.ForeignKey("datasets.Dataset", models.CASCADE, verbose_name="数据资源", related_name="grants")
    grantee = models.ForeignKey("parties.Agency", models.PROTECT, verbose_name="使用部门", related_name="grants")
    item = models.CharField("事项标识", max_length=100)
    fields = ArrayField(models.CharField(max_length=100), verbose_name="字段")
    basis = models.CharField("共享依据", max_length=300)
    valid_from = models.DateField("生效日期")
    valid_until = models.DateField("失效日期（不含）", null=True, blank=True)
    status = models.CharField("授权状态", max_length=16, choices=Status, default=Status.ACTIVE)
    request = models.OneToOneField(
        "datasets.GrantRequest", models.PROTECT, null=True, blank=True, verbose_name="共享申请", related_name="grant"
    )
    basis_kind = models.CharField("处理依据", max_length=16, choices=Basis, default=Basis.STATUTORY)
    needs_consent = models.BooleanField(
        "须经本人同意", default=False, help_text="法定职责也可以另外要求同意，如敏感个人信息。"
    )
    limit_per_minute = models.PositiveIntegerField("每分钟次数上限", null=True, blank=True, help_text="空为不限。")
    limit_per_day = models.PositiveIntegerField("每日次数上限", null=True, blank=True, help_text="空为不限。")
    halted_at = models.DateTimeField("暂停或撤销时间", null=True, blank=True)
    halted_by = models.CharField("暂停或撤销的部门", max_length=18, blank=True)
    halt_reason = models.CharField("暂停或撤销原因", max_length=500, blank=True)

    class Meta:
        """One grant a request, one stated a dataset, grantee and item; a period ends exclusively; a halt says why."""

        verbose_name = verbose_name_plural = "共享授权"
        constraints = [
            models.UniqueConstraint(
                name="datasets_grant_stated_once", fields=["dataset", "grantee", "item"], condition=Q(request=None)
            ),
            models.CheckConstraint(
                name="datasets_grant_ends_after_start",
                condition=Q(valid_until=None) | Q(valid_until__gt=F("valid_from")),
            ),
            models.CheckConstraint(
                name="datasets_grant_halted_says_why",
                condition=Q(status="ACTIVE", halted_at=None)
                | (~Q(status="ACTIVE") & Q(halted_at__isnull=False) & ~Q(halt_reason="")),
            ),
            models.CheckConstraint(
                name="datasets_grant_consent_is_needed",
                condition=Q(basis_kind="STATUTORY") | Q(needs_consent=True),
            ),
        ]
        indexes = [models.Index(fields=["dataset", "grantee", "item"], name="datasets_grants_for")]

    def __str__(self) -> str:
        """Return what may be read for what."""
        return f"{self.dataset_id} → {self.item}"


class GrantUse(models.Model):
    """How often a grant with a limit was used in a minute or on a day (授权用量). Written by exchanges, one upsert."""

    grant = models.ForeignKey(Grant, models.CASCADE, verbose_name="共享授权", related_name="uses")
    window = models.CharField("计数周期", max_length=6, choices=[("MINUTE", "每分钟"), ("DAY", "每日")])
    starts_at = models.DateTimeField("周期起始时间")
    count = models.PositiveIntegerField("已用次数")

    class Meta:
        """One count a grant, kind of window and window."""

        verbose_name = verbose_name_plural = "授权用量"
        constraints = [
            models.UniqueConstraint(name="datasets_use_counted_once", fields=["grant", "window", "starts_at"])
        ]

    def __str__(self) -> str:
        """Return the window and the count."""
        return f"{self.window} {self.count}"


class ExchangeCall(models.Model):
    """A call from outside by the number its caller gave it (取数请求): the same number is answered once."""

    grantee = models.ForeignKey("parties.Agency", models.PROTECT, verbose_name="使用部门", related_name="+")
    number = models.CharField("请求号", max_length=80)
    called_at = models.DateTimeField("请求时间")

    class Meta:
        """Once a grantee."""

        verbose_name = verbose_name_plural = "取数请求"
        constraints = [models.UniqueConstraint(name="datasets_call_once", fields=["grantee", "number"])]

    def __str__(self) -> str:
        """Return the number."""
        return self.number
