"""What somebody is to be paid by a measure, by whom, and how often it may be had (兑付)."""

from uuid import uuid4

import pgtrigger
from django.db import models
from django.db.models import Q


class PayoutCap(models.Model):
    """How a measure's money is limited over time (兑付上限), within a group of measures that count together.

    Law: policies say it in their own words, such as “同一称号只奖励一次”, “晋级后补差”, “每年不超过”.
    """

    class Kind(models.TextChoices):
        """What earlier payouts of the group mean for the next."""

        ONCE = "ONCE", "只奖励一次"
        DIFFERENCE = "DIFFERENCE", "补差"
        PER_YEAR = "PER_YEAR", "每年不超过"

    measure = models.CharField("奖补项", max_length=100, primary_key=True, help_text="政策标识/奖补项编号。")
    group = models.CharField("合并计算组", max_length=100, help_text="同组的奖补项合并计算。")
    kind = models.CharField("上限方式", max_length=16, choices=Kind)
    limit_yuan = models.DecimalField(
        "标准或上限（元）", max_digits=14, decimal_places=2, null=True, blank=True, help_text="只奖励一次的，留空。"
    )
    ground = models.CharField("依据", max_length=300, blank=True, help_text="政策原文的说法。")

    class Meta:
        """Only what is had once needs no limit."""

        verbose_name = verbose_name_plural = "兑付上限"
        ordering = ("group", "measure")
        constraints = [
            models.CheckConstraint(
                name="policies_cap_has_its_limit",
                condition=Q(kind="ONCE", limit_yuan=None) | (~Q(kind="ONCE") & Q(limit_yuan__gt=0)),
            )
        ]

    def __str__(self) -> str:
        """Return the measure and how."""
        return f"{self.measure}：{self.get_kind_display()}"


class Payout(models.Model):
    """What a party is to be paid by a measure, as decided (兑付): the rule's amount, what counts against it, the rest.

    Never changed once decided; how far it is, its payments tell. `claim_yuan` is what the rules give, `counted_yuan`
    what earlier payouts take from it under the cap, `amount_yuan` what is paid; zero where nothing is left.
    """

    class Source(models.TextChoices):
        """What it was decided on."""

        CASE = "CASE", "办件"
        LIST = "LIST", "受益名单"

    id = models.UUIDField("兑付标识", primary_key=True, default=uuid4, editable=False)
    measure = models.CharField("奖补项", max_length=100, help_text="政策标识/奖补项编号。")
    policy_version = models.ForeignKey(
        "policies.PolicyVersion", models.PROTECT, verbose_name="政策版本", related_name="payouts"
    )
    rule_version = models.ForeignKey("rules.RuleVersion", models.PROTECT, verbose_name="规则版本", related_name="+")
    beneficiary = models.ForeignKey(
        "parties.Party", models.PROTECT, verbose_name="受益主体", related_name="payouts", help_text="法人或自然人。"
    )
    award = models.OneToOneField(
        "policies.Award", models.PROTECT, null=True, blank=True, verbose_name="兑现决定", related_name="payout"
    )
    source_kind = models.CharField("来源", max_length=8, choices=Source)
    source_id = models.UUIDField("来源标识", help_text="办件，或受益名单中的一行。")
    clause = models.CharField("条款", max_length=500, help_text="奖补标准的原文说法。")
    group = models.CharField("合并计算组", max_length=100)
    claim_yuan = models.DecimalField("按规则应得（元）", max_digits=14, decimal_places=2)
    counted_yuan = models.DecimalField("已抵扣（元）", max_digits=14, decimal_places=2, default=0)
    amount_yuan = models.DecimalField("兑付金额（元）", max_digits=14, decimal_places=2)
    why = models.CharField("金额说明", max_length=300, blank=True)
    decided_at = models.DateTimeField("决定时间")
    decided_by_label = models.CharField("决定人", max_length=200)
    entry = models.PositiveBigIntegerField("留痕编号", null=True)

    class Meta:
        """Once a source and measure; never changed."""

        verbose_name = verbose_name_plural = "兑付"
        ordering = ("decided_at", "pk")
        constraints = [
            models.UniqueConstraint(name="policies_payout_once", fields=["source_kind", "source_id", "measure"]),
            models.CheckConstraint(
                name="policies_payout_within_claim",
                condition=Q(amount_yuan__gte=0, counted_yuan__gte=0, claim_yuan__gte=models.F("amount_yuan")),
            ),
        ]
        indexes = [
            models.Index(fields=["beneficiary", "group"], name="policies_payouts_of_group"),
            models.Index(fields=["measure", "decided_at"], name="policies_payouts_of_measure"),
        ]
        triggers = [pgtrigger.Protect(name="decided_stays", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        """Return the measure and the key: never whose it is."""
        return f"{self.measure} {self.pk}"


class PayoutShare(models.Model):
    """What one agency pays of a payout, from which budget (分担): the payment of its `cause` carries it."""

    payout = models.ForeignKey(Payout, models.PROTECT, verbose_name="兑付", related_name="shares")
    agency = models.ForeignKey("parties.Agency", models.PROTECT, verbose_name="出资部门", related_name="+")
    budget_key = models.CharField("预算标识", max_length=100)
    budget_year = models.PositiveSmallIntegerField("预算年度")
    amount_yuan = models.DecimalField("分担金额（元）", max_digits=14, decimal_places=2)
    cause = models.CharField("拨付事由标识", max_length=200, unique=True)

    class Meta:
        """An agency once a payout; more than nothing."""

        verbose_name = verbose_name_plural = "分担"
        ordering = ("payout", "agency")
        constraints = [
            models.UniqueConstraint(name="policies_share_once", fields=["payout", "agency"]),
            models.CheckConstraint(name="policies_share_more_than_nothing", condition=Q(amount_yuan__gt=0)),
        ]
        triggers = [pgtrigger.Protect(name="decided_stays", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        """Return its cause."""
        return self.cause
