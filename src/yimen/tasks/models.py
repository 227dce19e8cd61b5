"""The table of tasks, and what was done about each."""

from uuid import uuid4

from django.db import models
from django.db.models import Q


class Task(models.Model):
    """Something an agency has to see to by a day (督办单)."""

    class Status(models.TextChoices):
        """Where it is. FIXED awaits the check that opened it; only that check, or an answer, closes it."""

        OPEN = "OPEN", "待处理"
        FIXED = "FIXED", "已处理，待复核"
        CLOSED = "CLOSED", "已办结"

    id = models.UUIDField("督办单标识", primary_key=True, default=uuid4, editable=False)
    kind = models.CharField("督办类型", max_length=40, help_text="如 quality.rule、data.objection、base.conflict。")
    reference = models.CharField("所指", max_length=200, help_text="由开单的模块解释，不含个人信息。")
    title = models.CharField("标题", max_length=200)
    details = models.JSONField("补充", default=dict, help_text="小而普通，个人信息须先脱敏。")
    agency = models.ForeignKey("parties.Agency", models.PROTECT, verbose_name="责任部门", related_name="tasks")
    status = models.CharField("督办状态", max_length=16, choices=Status, default=Status.OPEN)
    opened_at = models.DateTimeField("开单时间")
    due_on = models.DateField("办理期限", help_text="含当日。")
    reminded_at = models.DateTimeField("催办时间", null=True, blank=True)
    escalated_at = models.DateTimeField("升级时间", null=True, blank=True)
    closed_at = models.DateTimeField("办结时间", null=True, blank=True)
    answer = models.TextField("答复", blank=True)

    class Meta:
        """One open task a kind and reference; a closed one says when."""

        verbose_name = verbose_name_plural = "督办单"
        ordering = ("due_on", "opened_at")
        constraints = [
            models.UniqueConstraint(
                name="tasks_open_once", fields=["kind", "reference"], condition=~Q(status="CLOSED")
            ),
            models.CheckConstraint(
                name="tasks_closed_says_when",
                condition=Q(status="CLOSED", closed_at__isnull=False) | (~Q(status="CLOSED") & Q(closed_at=None)),
            ),
        ]
        indexes = [models.Index(fields=["agency", "status", "due_on"], name="tasks_of_agency")]

    def __str__(self) -> str:
        """Return the title."""
        return self.title


class Step(models.Model):
    """What was done about a task, in order (督办过程)."""

    task = models.ForeignKey(Task, models.CASCADE, verbose_name="督办单", related_name="steps")
    made_at = models.DateTimeField("时间")
    actor_label = models.CharField("操作主体", max_length=200)
    action = models.CharField("动作", max_length=20, help_text="opened、fixed、reopened、reminded、escalated、closed。")
    words = models.TextField("说明", blank=True)

    class Meta:
        """In the order they were made."""

        verbose_name = verbose_name_plural = "督办过程"
        ordering = ("made_at", "pk")

    def __str__(self) -> str:
        """Return the action."""
        return self.action
