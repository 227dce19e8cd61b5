"""One application for several measures, and its lines: a case each."""

from uuid import uuid4

from django.db import models
from django.db.models import Q


class Application(models.Model):
    """Several measures applied for at once (惠企申报单). Each line is a case, filed and decided on its own.

    FILING is between the applicant's click and the last case filed: whatever happens to the process, a job finishes it.
    """

    class Status(models.TextChoices):
        """How far it is."""

        DRAFT = "DRAFT", "填报中"
        FILING = "FILING", "提交中"
        FILED = "FILED", "已提交"

    id = models.UUIDField("申报单标识", primary_key=True, default=uuid4, editable=False)
    party = models.ForeignKey(
        "parties.Party", models.PROTECT, verbose_name="申报主体", related_name="policy_applications"
    )
    handler = models.ForeignKey("parties.Party", models.PROTECT, verbose_name="经办人", related_name="+")
    account = models.CharField("经办账号", max_length=64, help_text="由作业补办时，以谁的身份提交。")
    status = models.CharField("申报单状态", max_length=16, choices=Status, default=Status.DRAFT)
    started_at = models.DateTimeField("开始填报时间")
    submitted_at = models.DateTimeField("提交时间", null=True, blank=True)
    filed_at = models.DateTimeField("全部收件时间", null=True, blank=True)

    class Meta:
        """A party has one application under way; what is submitted has its time."""

        verbose_name = verbose_name_plural = "惠企申报单"
        ordering = ("-started_at",)
        constraints = [
            models.UniqueConstraint(
                name="policies_one_application_under_way",
                fields=["party"],
                condition=Q(status__in=["DRAFT", "FILING"]),
            ),
            models.CheckConstraint(
                name="policies_application_has_times",
                condition=Q(status="DRAFT", submitted_at=None, filed_at=None)
                | Q(status="FILING", submitted_at__isnull=False, filed_at=None)
                | Q(status="FILED", submitted_at__isnull=False, filed_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        """Return how far it is, never whose it is."""
        return f"申报单 {self.pk}：{self.get_status_display()}"


class ApplicationLine(models.Model):
    """One measure of an application with its case (申报项)."""

    application = models.ForeignKey(Application, models.CASCADE, verbose_name="惠企申报单", related_name="lines")
    measure = models.CharField("奖补项", max_length=100, help_text="政策标识/奖补项编号。")
    case = models.OneToOneField("cases.Case", models.PROTECT, verbose_name="办件", related_name="application_line")
    trouble = models.CharField("未能提交的原因", max_length=300, blank=True)

    class Meta:
        """A measure once an application, a case in one application."""

        verbose_name = verbose_name_plural = "申报项"
        ordering = ("pk",)
        constraints = [
            models.UniqueConstraint(name="policies_measure_once_an_application", fields=["application", "measure"])
        ]

    def __str__(self) -> str:
        """Return the measure."""
        return self.measure
