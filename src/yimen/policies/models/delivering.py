"""What somebody wants to hear of, and what was pushed to whom and became of it (订阅、推送)."""

from uuid import uuid4

from django.contrib.postgres.fields import ArrayField
from django.db import models


class Subscription(models.Model):
    """What a party wants to hear of (政策订阅): each list narrows, an empty one does not; several words mean either."""

    id = models.UUIDField("订阅标识", primary_key=True, default=uuid4, editable=False)
    party = models.ForeignKey("parties.Party", models.CASCADE, verbose_name="订阅人", related_name="+")
    topics = ArrayField(models.CharField(max_length=60), verbose_name="主题", default=list, blank=True)
    kinds = ArrayField(models.CharField(max_length=20), verbose_name="扶持方式", default=list, blank=True)
    districts = ArrayField(
        models.CharField(max_length=6), verbose_name="行政区划", default=list, blank=True, help_text="GB/T 2260。"
    )
    industries = ArrayField(
        models.CharField(max_length=5), verbose_name="行业", default=list, blank=True, help_text="GB/T 4754 门类。"
    )
    keywords = ArrayField(models.CharField(max_length=40), verbose_name="关键词", default=list, blank=True)
    made_at = models.DateTimeField("订阅时间")
    ended_at = models.DateTimeField("取消时间", null=True, blank=True)

    class Meta:
        """Named in Chinese, oldest first; one that was ended stays, for it explains what was pushed."""

        verbose_name = verbose_name_plural = "政策订阅"
        ordering = ("made_at", "pk")
        indexes = [
            models.Index(fields=["party"], name="policies_subscriptions", condition=models.Q(ended_at=None)),
        ]

    def __str__(self) -> str:
        """Return its identifier."""
        return str(self.pk)


class Push(models.Model):
    """A measure brought before a party (政策推送), once a version; and how far it came: 知、懂、享.

    `measure` is POLICY/MEASURE, or the policy's slug where the whole policy is announced. Place, industry and size are
    those of the day of the push, for the figures; empty where they are not known.
    """

    class Kind(models.TextChoices):
        """Because of what."""

        MATCH = "MATCH", "符合条件"
        NEAR = "NEAR", "只差一项"
        OPEN = "OPEN", "可能符合"
        NEW = "NEW", "新发布"

    party = models.ForeignKey("parties.Party", models.PROTECT, verbose_name="推送对象", related_name="+")
    measure = models.CharField("奖补项", max_length=200)
    policy = models.CharField("政策标识", max_length=80)
    policy_version = models.PositiveIntegerField("政策版本号")
    kind = models.CharField("推送原因", max_length=16, choices=Kind)
    subscription = models.ForeignKey(
        Subscription, models.PROTECT, null=True, blank=True, verbose_name="政策订阅", related_name="+"
    )
    amount_yuan = models.DecimalField("金额（元）", max_digits=16, decimal_places=2, null=True, blank=True)
    reason = models.CharField("推送理由", max_length=500)
    district = models.CharField("行政区划", max_length=12, blank=True)
    industry = models.CharField("行业", max_length=8, blank=True)
    size = models.CharField("企业规模", max_length=16, blank=True)
    pushed_at = models.DateTimeField("推送时间")
    opened_at = models.DateTimeField("打开消息时间", null=True, blank=True)
    looked_at = models.DateTimeField("查看条件时间", null=True, blank=True)
    applied_at = models.DateTimeField("申请时间", null=True, blank=True)
    paid_at = models.DateTimeField("兑付时间", null=True, blank=True)

    class Meta:
        """One a party, measure and version of the policy, by the database's word."""

        verbose_name = verbose_name_plural = "政策推送"
        ordering = ("-pushed_at", "pk")
        constraints = [
            models.UniqueConstraint(name="policies_pushed_once", fields=["party", "measure", "policy_version"])
        ]
        indexes = [
            models.Index(fields=["party", "-pushed_at"], name="policies_pushes_of_party"),
            models.Index(fields=["measure", "pushed_at"], name="policies_pushes_of_measure"),
        ]

    def __str__(self) -> str:
        """Return the measure and why."""
        return f"{self.measure}：{self.get_kind_display()}"
