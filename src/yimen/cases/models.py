"""A case, the facts it stands on, the decisions made on them, and what is offered without applying."""

from uuid import uuid4

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q


class Case(models.Model):
    """One application (办件), from draft to result."""

    class Status(models.TextChoices):
        """How far it is (办件状态)."""

        DRAFT = "DRAFT", "草稿"
        REVIEW = "REVIEW", "人工审查中"
        APPROVED = "APPROVED", "准予"
        REFUSED = "REFUSED", "不予批准"

    id = models.UUIDField("办件标识", primary_key=True, default=uuid4, editable=False)
    number = models.CharField("办件编号", max_length=50, null=True, blank=True, unique=True)
    query_code = models.CharField("查询码", max_length=12, null=True, blank=True, unique=True)
    applicant = models.ForeignKey(
        "parties.Party", models.PROTECT, verbose_name="申请人", related_name="cases", help_text="自然人或法人。"
    )
    handler = models.ForeignKey(
        "parties.Party", models.PROTECT, verbose_name="经办人", related_name="+", help_text="实际操作的自然人。"
    )
    organisation = models.ForeignKey(
        "parties.Party", models.PROTECT, null=True, blank=True, verbose_name="涉及的法人", related_name="+"
    )
    item_version = models.ForeignKey("items.ItemVersion", models.PROTECT, verbose_name="实施清单版本", related_name="+")
    item_slug = models.CharField("事项标识", max_length=100)
    agency_code = models.CharField("受理部门", max_length=18, help_text="统一社会信用代码。")
    status = models.CharField("办件状态", max_length=16, choices=Status, default=Status.DRAFT)
    answers = models.JSONField("申请人填报", default=dict)
    client = models.CharField(
        "接入应用", max_length=60, db_default="", blank=True, help_text="经由哪个应用办理；空为本平台。"
    )
    started_at = models.DateTimeField("开始填报时间")
    submitted_at = models.DateTimeField("申请时间", null=True, blank=True)
    concluded_at = models.DateTimeField("办结时间", null=True, blank=True)
    review_requested_at = models.DateTimeField("要求人工复核时间", null=True, blank=True)
    review_reason = models.TextField("要求复核的理由", blank=True)

    class Meta:
        """One open case a party and item; what is submitted has its number and time."""

        verbose_name = verbose_name_plural = "办件"
        constraints = [
            models.UniqueConstraint(
                name="cases_one_open_per_item",
                fields=["applicant", "item_slug"],
                condition=Q(status__in=["DRAFT", "REVIEW"]),
            ),
            models.CheckConstraint(
                name="cases_submitted_has_number_and_time",
                condition=Q(status="DRAFT", number=None, submitted_at=None)
                | (~Q(status="DRAFT") & Q(number__isnull=False, query_code__isnull=False, submitted_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="cases_concluded_has_time",
                condition=Q(status__in=["DRAFT", "REVIEW"], concluded_at=None)
                | Q(status__in=["APPROVED", "REFUSED"], concluded_at__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["agency_code", "status", "submitted_at"], name="cases_queue"),
            models.Index(fields=["applicant", "-started_at"], name="cases_of_applicant"),
        ]

    def __str__(self) -> str:
        """Return the number, or that it is a draft."""
        return self.number or f"草稿 {self.pk}"


class CaseFact(models.Model):
    """One fact of a case with where it came from (办件数据项). Replaced while a draft, fixed once submitted."""

    case = models.ForeignKey(Case, models.PROTECT, verbose_name="办件", related_name="facts")
    fact = models.CharField("数据项名", max_length=120)
    state = models.CharField("数据状态", max_length=16)
    behind = models.CharField("来源状态", max_length=16, blank=True, help_text="本人填写时，部门数据为什么没有。")
    value = models.JSONField("值", null=True, encoder=DjangoJSONEncoder)
    dataset = models.CharField("数据资源", max_length=100, blank=True)
    agency = models.CharField("提供部门", max_length=200, blank=True)
    as_of = models.DateTimeField("数据时点", null=True, blank=True)
    read_at = models.DateTimeField("取数时间")
    entry = models.CharField("留痕编号", max_length=40, blank=True)
    says = models.JSONField(
        "各部门的说法", default=list, encoder=DjangoJSONEncoder, help_text="数据不一致时，[部门, 值]。"
    )

    class Meta:
        """A fact once a case."""

        verbose_name = verbose_name_plural = "办件数据项"
        ordering = ("pk",)
        constraints = [models.UniqueConstraint(name="cases_fact_once", fields=["case", "fact"])]

    def __str__(self) -> str:
        """Return the fact's name, never its value."""
        return self.fact


class Decision(models.Model):
    """One decision on a case (决定), by the rules or by an officer; kept for ever beside those before it."""

    class Maker(models.TextChoices):
        """Who decided."""

        RULES = "RULES", "规则自动决定"
        OFFICER = "OFFICER", "工作人员决定"

    case = models.ForeignKey(Case, models.PROTECT, verbose_name="办件", related_name="decisions")
    made_by = models.CharField("决定方式", max_length=16, choices=Maker)
    verdict = models.CharField("决定结果", max_length=16)
    rule_version = models.ForeignKey("rules.RuleVersion", models.PROTECT, verbose_name="规则版本", related_name="+")
    conditions = models.JSONField("各项条件", default=list)
    failing = ArrayField(models.CharField(max_length=40), verbose_name="不符合的条件", default=list)
    missing = ArrayField(models.CharField(max_length=120), verbose_name="仍需的数据项", default=list)
    route = models.CharField("办理路径", max_length=40, blank=True)
    amount_yuan = models.DecimalField("金额（元）", max_digits=16, decimal_places=2, null=True, blank=True)
    near_miss = models.CharField("还差多少", max_length=300, blank=True, help_text="只差一项时，差在哪里、差多少。")
    trace = models.JSONField("决定过程", null=True)
    reason = models.TextField("理由", blank=True)
    actor_id = models.CharField("决定人账号", max_length=64)
    actor_label = models.CharField("决定人", max_length=200)
    decided_at = models.DateTimeField("决定时间")
    elapsed_ms = models.DecimalField("用时（毫秒）", max_digits=12, decimal_places=3, null=True, blank=True)

    class Meta:
        """The rules decide a case once; the database refuses to change or drop a decision."""

        verbose_name = verbose_name_plural = "决定"
        ordering = ("decided_at", "pk")
        constraints = [
            models.UniqueConstraint(name="cases_rules_decide_once", fields=["case"], condition=Q(made_by="RULES")),
            models.CheckConstraint(name="cases_officer_gives_reason", condition=~Q(made_by="OFFICER") | ~Q(reason="")),
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        """Return how it was decided and what came out."""
        return f"{self.get_made_by_display()}：{self.verdict}"


class Offer(models.Model):
    """An item looked into for somebody who did not apply, and offered where it is theirs (主动服务), once for ever.

    WATCHED is whoever was looked at and is not, or not surely, entitled: looked at again from `next_check_on`.
    """

    class Status(models.TextChoices):
        """What has become of it."""

        WATCHED = "WATCHED", "暂不符合"
        OFFERED = "OFFERED", "待本人确认"
        ACCEPTED = "ACCEPTED", "已确认"
        DECLINED = "DECLINED", "本人不需要"

    applicant = models.ForeignKey("parties.Party", models.PROTECT, verbose_name="主体", related_name="offers")
    item_slug = models.CharField("事项标识", max_length=100)
    status = models.CharField("主动服务状态", max_length=16, choices=Status)
    checked_on = models.DateField("最近核对日期")
    next_check_on = models.DateField("下次核对日期", null=True, blank=True)
    amount_yuan = models.DecimalField("金额（元）", max_digits=16, decimal_places=2, null=True, blank=True)
    offered_at = models.DateTimeField("主动告知时间", null=True, blank=True)
    answered_at = models.DateTimeField("答复时间", null=True, blank=True)
    answered_by = models.ForeignKey(
        "parties.Party", models.PROTECT, null=True, blank=True, verbose_name="答复人", related_name="+"
    )
    case = models.OneToOneField(Case, models.PROTECT, null=True, blank=True, verbose_name="办件", related_name="offer")

    class Meta:
        """One offer a party and item, whatever was answered; an answer has its time, an acceptance its case."""

        verbose_name = verbose_name_plural = "主动服务"
        constraints = [
            models.UniqueConstraint(name="cases_offered_once", fields=["applicant", "item_slug"]),
            models.CheckConstraint(
                name="cases_offer_watched_or_offered",
                condition=Q(status="WATCHED", next_check_on__isnull=False, offered_at=None)
                | (~Q(status="WATCHED") & Q(next_check_on=None, offered_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="cases_offer_answer_has_time",
                condition=Q(status__in=["ACCEPTED", "DECLINED"], answered_at__isnull=False)
                | (~Q(status__in=["ACCEPTED", "DECLINED"]) & Q(answered_at=None)),
            ),
            models.CheckConstraint(
                name="cases_offer_accepted_has_case", condition=~Q(status="ACCEPTED") | Q(case__isnull=False)
            ),
        ]
        indexes = [models.Index(fields=["item_slug", "next_check_on"], name="cases_offers_to_check")]

    def __str__(self) -> str:
        """Return the item and how it stands."""
        return f"{self.item_slug}：{self.get_status_display()}"


class ItemFigures(models.Model):
    """How an item does today (办理成效), beside its baseline: reckoned anew by a job after each conclusion."""

    item_slug = models.CharField("事项标识", max_length=100, primary_key=True)
    concluded = models.PositiveIntegerField("办结件数")
    automatic = models.PositiveIntegerField("自动办结件数")
    median_ms = models.DecimalField("自动办结用时中位数（毫秒）", max_digits=12, decimal_places=1, null=True)
    reckoned_at = models.DateTimeField("统计时间")

    class Meta:
        """Named in Chinese."""

        verbose_name = verbose_name_plural = "办理成效"

    def __str__(self) -> str:
        """Return the item's slug."""
        return self.item_slug
