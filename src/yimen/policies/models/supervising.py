"""Who has to do what about a policy by when (督查)."""

from uuid import uuid4

from django.db import models
from django.db.models import Q


class Duty(models.Model):
    """Something an agency has to do about a policy by a day (督查事项): publish it, decide on it, pay."""

    class Kind(models.TextChoices):
        """What has to be done."""

        PUBLISH = "PUBLISH", "发布"
        DECIDE = "DECIDE", "审核决定"
        PAY = "PAY", "资金兑付"

    id = models.UUIDField("督查事项标识", primary_key=True, default=uuid4, editable=False)
    kind = models.CharField("督查类型", max_length=16, choices=Kind)
    reference = models.CharField("所指", max_length=200, help_text="由开立的模块解释，不含个人信息。")
    name = models.CharField("政策或奖补项", max_length=100)
    title = models.CharField("督查内容", max_length=200)
    agency = models.ForeignKey("parties.Agency", models.PROTECT, verbose_name="责任部门", related_name="duties")
    amount_yuan = models.DecimalField("涉及金额（元）", max_digits=14, decimal_places=2, null=True, blank=True)
    opened_at = models.DateTimeField("开始时间")
    due_on = models.DateField("期限", help_text="含当日。")
    ground = models.CharField("期限依据", max_length=300, blank=True)
    warned_at = models.DateTimeField("预警时间", null=True, blank=True)
    done_at = models.DateTimeField("完成时间", null=True, blank=True)

    class Meta:
        """Once a kind and reference."""

        verbose_name = verbose_name_plural = "督查事项"
        ordering = ("due_on", "opened_at")
        constraints = [models.UniqueConstraint(name="policies_duty_once", fields=["kind", "reference"])]
        indexes = [
            models.Index(fields=["agency", "kind", "due_on"], name="policies_duties_of_agency"),
            models.Index(fields=["due_on"], name="policies_duties_open", condition=Q(done_at=None)),
        ]

    def __str__(self) -> str:
        """Return the title."""
        return self.title
