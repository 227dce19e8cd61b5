"""Lists of those who are paid without applying (免申即享), their rows, and objections made while they are public."""

from uuid import uuid4

from django.db import models
from django.db.models import Q


class BeneficiaryList(models.Model):
    """Those who are to get a measure without applying (拟兑付名单), from the first draft to the last confirmation."""

    class Status(models.TextChoices):
        """How far it is: drawn up, reviewed by the department, public, to be confirmed by each, done."""

        MAKING = "MAKING", "编制中"
        REVIEW = "REVIEW", "部门审核"
        NOTICE = "NOTICE", "公示中"
        CONFIRM = "CONFIRM", "意愿确认"
        CLOSED = "CLOSED", "已办结"

    id = models.UUIDField("名单标识", primary_key=True, default=uuid4, editable=False)
    measure = models.CharField("奖补项", max_length=100)
    agency = models.ForeignKey("parties.Agency", models.PROTECT, verbose_name="兑现部门", related_name="+")
    status = models.CharField("名单状态", max_length=16, choices=Status, default=Status.MAKING)
    made_at = models.DateTimeField("编制时间")
    made_by = models.CharField("编制人", max_length=200)
    looked_at = models.PositiveIntegerField("核对主体数", default=0)
    undetermined = models.PositiveIntegerField("数据不全数", default=0)
    reviewed_at = models.DateTimeField("审核通过时间", null=True, blank=True)
    reviewed_by = models.CharField("审核人", max_length=200, blank=True)
    notice_from = models.DateField("公示开始日期", null=True, blank=True)
    notice_until = models.DateField("公示截止日期", null=True, blank=True, help_text="含当日。")
    confirm_until = models.DateField("确认截止日期", null=True, blank=True, help_text="含当日。")
    closed_at = models.DateTimeField("办结时间", null=True, blank=True)

    class Meta:
        """One list of a measure is drawn up at a time; what is public, to be confirmed or closed has its days."""

        verbose_name = verbose_name_plural = "拟兑付名单"
        ordering = ("-made_at",)
        constraints = [
            models.UniqueConstraint(
                name="policies_one_list_in_the_making", fields=["measure"], condition=Q(status="MAKING")
            ),
            models.CheckConstraint(
                name="policies_notice_has_days",
                condition=~Q(status__in=["NOTICE", "CONFIRM"])
                | Q(reviewed_at__isnull=False, notice_from__isnull=False, notice_until__isnull=False),
            ),
            models.CheckConstraint(
                name="policies_confirming_has_a_last_day",
                condition=~Q(status="CONFIRM") | Q(confirm_until__isnull=False),
            ),
            models.CheckConstraint(
                name="policies_closed_list_has_time",
                condition=Q(status="CLOSED", closed_at__isnull=False) | (~Q(status="CLOSED") & Q(closed_at=None)),
            ),
        ]
        indexes = [models.Index(fields=["agency", "status"], name="policies_lists_of_agency")]

    def __str__(self) -> str:
        """Return the measure and how far it is."""
        return f"{self.measure}：{self.get_status_display()}"


class Beneficiary(models.Model):
    """One party on a list (拟兑付对象) with the judgement it stands on; no value a department gave is kept."""

    class Status(models.TextChoices):
        """What has become of it."""

        LISTED = "LISTED", "在名单上"
        STRUCK = "STRUCK", "已剔除"
        WAIVED = "WAIVED", "未确认，视为放弃"
        GRANTED = "GRANTED", "已确认"

    class Credit(models.TextChoices):
        """What the check of credit and tax found; empty before it."""

        CLEAR = "CLEAR", "未见严重失信、欠税"
        UNKNOWN = "UNKNOWN", "有未能核查的"
        FOUND = "FOUND", "有严重失信或税收违法"

    roll = models.ForeignKey(BeneficiaryList, models.PROTECT, verbose_name="拟兑付名单", related_name="rows")
    measure = models.CharField("奖补项", max_length=100)
    party = models.ForeignKey("parties.Party", models.PROTECT, verbose_name="主体", related_name="benefits")
    amount_yuan = models.DecimalField("金额（元）", max_digits=16, decimal_places=2, null=True, blank=True)
    rule_version = models.ForeignKey("rules.RuleVersion", models.PROTECT, verbose_name="规则版本", related_name="+")
    conditions = models.JSONField("各项条件", default=list)
    entries = models.JSONField("取数留痕编号", default=list)
    judged_at = models.DateTimeField("核对时间")
    status = models.CharField("对象状态", max_length=16, choices=Status, default=Status.LISTED)
    credit = models.CharField("信用核查", max_length=16, choices=Credit, blank=True)
    credit_words = models.CharField("信用核查说明", max_length=300, blank=True)
    struck_at = models.DateTimeField("剔除时间", null=True, blank=True)
    struck_by = models.CharField("剔除人", max_length=200, blank=True)
    struck_because = models.TextField("剔除理由", blank=True)
    answered_at = models.DateTimeField("确认或放弃时间", null=True, blank=True)
    answered_by = models.ForeignKey(
        "parties.Party", models.PROTECT, null=True, blank=True, verbose_name="确认人", related_name="+"
    )

    class Meta:
        """A party once a list, and on one open list of a measure; who is struck is told why."""

        verbose_name = verbose_name_plural = "拟兑付对象"
        ordering = ("pk",)
        constraints = [
            models.UniqueConstraint(name="policies_party_once_a_list", fields=["roll", "party"]),
            models.UniqueConstraint(
                name="policies_party_on_one_open_list", fields=["measure", "party"], condition=Q(status="LISTED")
            ),
            models.CheckConstraint(
                name="policies_struck_says_why",
                condition=(Q(status="STRUCK", struck_at__isnull=False) & ~Q(struck_because=""))
                | (~Q(status="STRUCK") & Q(struck_at=None, struck_because="")),
            ),
            models.CheckConstraint(
                name="policies_answered_has_time",
                condition=Q(status__in=["GRANTED", "WAIVED"], answered_at__isnull=False)
                | (~Q(status__in=["GRANTED", "WAIVED"]) & Q(answered_at=None)),
            ),
            models.CheckConstraint(
                name="policies_confirmed_by_somebody", condition=~Q(status="GRANTED") | Q(answered_by__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        """Return the measure and how it stands, never whose it is."""
        return f"{self.measure}：{self.get_status_display()}"


class NoticeObjection(models.Model):
    """An objection to somebody on a public list (公示异议); each is answered, an upheld one strikes the row."""

    class Verdict(models.TextChoices):
        """What came of it."""

        OPEN = "OPEN", "核实中"
        UPHELD = "UPHELD", "异议成立"
        REJECTED = "REJECTED", "异议不成立"

    beneficiary = models.ForeignKey(Beneficiary, models.PROTECT, verbose_name="拟兑付对象", related_name="objections")
    by = models.ForeignKey("parties.Party", models.PROTECT, verbose_name="异议人", related_name="+")
    words = models.TextField("异议理由")
    made_at = models.DateTimeField("提出时间")
    verdict = models.CharField("异议结论", max_length=16, choices=Verdict, default=Verdict.OPEN)
    answer = models.TextField("答复", blank=True)
    answered_at = models.DateTimeField("答复时间", null=True, blank=True)
    answered_by = models.CharField("答复人", max_length=200, blank=True)

    class Meta:
        """One open objection of somebody to a row; an answered one says what and when."""

        verbose_name = verbose_name_plural = "公示异议"
        ordering = ("made_at", "pk")
        constraints = [
            models.UniqueConstraint(
                name="policies_objects_once", fields=["beneficiary", "by"], condition=Q(verdict="OPEN")
            ),
            models.CheckConstraint(
                name="policies_objection_answered",
                condition=Q(verdict="OPEN", answered_at=None)
                | (~Q(verdict="OPEN") & Q(answered_at__isnull=False) & ~Q(answer="")),
            ),
        ]

    def __str__(self) -> str:
        """Return how it stands."""
        return self.get_verdict_display()
