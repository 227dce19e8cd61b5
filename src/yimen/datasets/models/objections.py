"""Objections to values (数据异议)."""

from uuid import uuid4

from django.db import models
from django.db.models import Q


class Objection(models.Model):
    """Somebody's objection to a value a department gave about them (数据异议; 个人信息保护法 art. 46).

    The value itself is not kept here, only its digest: whether it was corrected is seen by exchanging it anew.
    """

    class Status(models.TextChoices):
        """Where it is. CONFIRMED is answered: the value is right as it is."""

        OPEN = "OPEN", "核实中"
        CORRECTED = "CORRECTED", "已更正"
        CONFIRMED = "CONFIRMED", "核实无误"

    id = models.UUIDField("异议标识", primary_key=True, default=uuid4, editable=False)
    subject = models.ForeignKey("parties.Party", models.PROTECT, verbose_name="数据主体", related_name="objections")
    dataset = models.ForeignKey("datasets.Dataset", models.PROTECT, verbose_name="数据资源", related_name="objections")
    field = models.CharField("字段名", max_length=100)
    fact = models.CharField("数据项名", max_length=120, blank=True)
    case_id = models.UUIDField("办件", null=True, blank=True)
    keys = models.JSONField("其他查询依据", default=dict, help_text="除数据主体自己的号码以外的。")
    value_digest = models.CharField("异议时的值的摘要", max_length=64, blank=True, help_text="空为当时没有值。")
    words = models.TextField("异议理由", max_length=1000)
    expected = models.CharField("主张的值", max_length=200, blank=True)
    is_by_officer = models.BooleanField("由工作人员提出", default=False)
    raised_by = models.CharField("提出主体", max_length=200)
    raised_at = models.DateTimeField("提出时间")
    due_on = models.DateField("答复期限", help_text="含当日。")
    status = models.CharField("异议状态", max_length=16, choices=Status, default=Status.OPEN)
    answer = models.TextField("答复", blank=True)
    corrected_value = models.CharField("更正后的值", max_length=300, blank=True, help_text="只给数据主体本人看。")
    answered_at = models.DateTimeField("答复时间", null=True, blank=True)

    class Meta:
        """One open objection to a value of somebody; an answered one says when."""

        verbose_name = verbose_name_plural = "数据异议"
        ordering = ("-raised_at",)
        constraints = [
            models.UniqueConstraint(
                name="datasets_objection_open_once",
                fields=["subject", "dataset", "field"],
                condition=Q(status="OPEN"),
            ),
            models.CheckConstraint(
                name="datasets_objection_answered_says_when",
                condition=Q(status="OPEN", answered_at=None) | (~Q(status="OPEN") & Q(answered_at__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        """Return what it is about, never whose it is."""
        return f"{self.dataset_id}.{self.field}"
