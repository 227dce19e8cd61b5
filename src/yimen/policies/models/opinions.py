"""What other agencies say of a case that needs a person (联审意见)."""

from django.db import models
from django.db.models import Q


class Opinion(models.Model):
    """An agency's opinion on a case, asked for because a measure concerns several (联审意见).

    Silence is never agreement: past its day it is escalated, and the handling agency decides knowing that.
    """

    class Verdict(models.TextChoices):
        """What the agency says; empty while it has said nothing."""

        AGREED = "AGREED", "同意"
        OBJECTED = "OBJECTED", "不同意"

    case = models.ForeignKey("cases.Case", models.PROTECT, verbose_name="办件", related_name="opinions")
    measure = models.CharField("奖补项", max_length=100)
    agency = models.ForeignKey("parties.Agency", models.PROTECT, verbose_name="联审部门", related_name="+")
    looks_at = models.CharField("审核内容", max_length=300)
    facts = models.JSONField("所见数据项", default=list, help_text="只给该部门看这几项。")
    asked_at = models.DateTimeField("征求时间")
    due_on = models.DateField("回复期限", help_text="含当日。")
    case_due_on = models.DateField("办件承诺期限", help_text="含当日；同一办件的各部门共用。")
    escalated_at = models.DateTimeField("逾期督办时间", null=True, blank=True)
    verdict = models.CharField("联审结论", max_length=16, choices=Verdict, blank=True)
    words = models.TextField("意见说明", blank=True)
    officer_id = models.CharField("回复人账号", max_length=64, blank=True)
    officer_label = models.CharField("回复人", max_length=200, blank=True)
    said_at = models.DateTimeField("回复时间", null=True, blank=True)

    class Meta:
        """An agency is asked once a case; what is said has its time and who said it, an objection its reason."""

        verbose_name = verbose_name_plural = "联审意见"
        ordering = ("due_on", "pk")
        constraints = [
            models.UniqueConstraint(name="policies_agency_asked_once", fields=["case", "agency"]),
            models.CheckConstraint(
                name="policies_opinion_said_has_time",
                condition=Q(verdict="", said_at=None) | (~Q(verdict="") & Q(said_at__isnull=False)),
            ),
            models.CheckConstraint(name="policies_objecting_says_why", condition=~Q(verdict="OBJECTED") | ~Q(words="")),
        ]
        indexes = [models.Index(fields=["agency", "verdict", "due_on"], name="policies_opinions_waiting")]

    def __str__(self) -> str:
        """Return what it is about and how it stands."""
        return f"{self.measure}：{self.get_verdict_display() or '待回复'}"
