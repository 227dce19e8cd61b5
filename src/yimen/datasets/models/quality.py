"""Rules of quality that were written, runs, and what they found (数据质量)."""

from uuid import uuid4

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q


class QualityRule(models.Model):
    """A rule of a dataset that somebody wrote, or one derived from its fields that was set otherwise (质量规则).

    What follows from the fields is not kept: it is derived anew for each run. A row of the same code stands above it.
    """

    class Dimension(models.TextChoices):
        """What it measures (GB/T 36344-2018)."""

        NORMALITY = "NORMALITY", "规范性"
        COMPLETENESS = "COMPLETENESS", "完整性"
        ACCURACY = "ACCURACY", "准确性"
        CONSISTENCY = "CONSISTENCY", "一致性"
        TIMELINESS = "TIMELINESS", "时效性"

    dataset = models.ForeignKey(
        "datasets.Dataset", models.CASCADE, verbose_name="数据资源", related_name="quality_rules"
    )
    code = models.CharField("规则代码", max_length=80)
    title = models.CharField("规则名称", max_length=120)
    dimension = models.CharField("评价维度", max_length=16, choices=Dimension, default=Dimension.CONSISTENCY)
    expression = models.TextField("条件", blank=True, help_text="每一行都应成立；空为由字段推出的规则。")
    threshold = models.FloatField("合格线（%）", default=99.0)
    weight = models.PositiveSmallIntegerField("权重", default=1)
    is_active = models.BooleanField("是否启用", default=True)
    made_by = models.CharField("编写人岗位", max_length=200)
    made_at = models.DateTimeField("编写时间")

    class Meta:
        """A code once a dataset; a threshold is a share."""

        verbose_name = verbose_name_plural = "质量规则"
        ordering = ("dataset", "code")
        constraints = [
            models.UniqueConstraint(name="datasets_quality_rule_once", fields=["dataset", "code"]),
            models.CheckConstraint(
                name="datasets_quality_threshold_is_a_share", condition=Q(threshold__gte=0, threshold__lte=100)
            ),
        ]

    def __str__(self) -> str:
        """Return the title."""
        return self.title


class QualityRun(models.Model):
    """One run of the rules over a dataset's table (质量检查). Its findings are kept with its end, or not at all."""

    class Status(models.TextChoices):
        """How it went. DIED is what a process left that was killed."""

        STARTED = "STARTED", "检查中"
        DONE = "DONE", "已完成"
        FAILED = "FAILED", "没有完成"
        DIED = "DIED", "中断"

    id = models.UUIDField("质量检查标识", primary_key=True, default=uuid4, editable=False)
    dataset = models.ForeignKey(
        "datasets.Dataset", models.CASCADE, verbose_name="数据资源", related_name="quality_runs"
    )
    status = models.CharField("检查状态", max_length=16, choices=Status, default=Status.STARTED)
    source = models.CharField("检查对象", max_length=200, help_text="批量取数的快照，或文件名。")
    only = models.CharField("只查的规则", max_length=80, blank=True, help_text="空为全部规则。")
    started_at = models.DateTimeField("开始时间")
    finished_at = models.DateTimeField("结束时间", null=True, blank=True)
    actor_label = models.CharField("操作主体", max_length=200)
    entry = models.CharField("留痕编号", max_length=40, blank=True)
    rows = models.PositiveBigIntegerField("行数", null=True, blank=True)
    score = models.FloatField("得分", null=True, blank=True)
    error = models.CharField("没有完成的原因", max_length=300, blank=True)

    class Meta:
        """The newest of a dataset is asked for most."""

        verbose_name = verbose_name_plural = "质量检查"
        ordering = ("-started_at",)
        indexes = [models.Index(fields=["dataset", "-started_at"], name="datasets_quality_newest")]
        constraints = [
            models.CheckConstraint(
                name="datasets_quality_done_says_rows",
                condition=~Q(status="DONE") | Q(rows__isnull=False, finished_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        """Return what was run when."""
        return f"{self.dataset_id} {self.started_at:%Y-%m-%d %H:%M}"


class QualityFinding(models.Model):
    """What one rule found in a run (质量问题): exact counts, and some of the rows, masked."""

    run = models.ForeignKey(QualityRun, models.CASCADE, verbose_name="质量检查", related_name="findings")
    rule = models.CharField("规则代码", max_length=80)
    title = models.CharField("规则名称", max_length=160)
    kind = models.CharField("规则类型", max_length=16)
    dimension = models.CharField("评价维度", max_length=16, choices=QualityRule.Dimension)
    fields = ArrayField(models.CharField(max_length=100), verbose_name="字段", default=list)
    checked = models.PositiveBigIntegerField("检查行数")
    failed = models.PositiveBigIntegerField("不合格行数")
    score = models.FloatField("得分", null=True, blank=True, help_text="空为没有可检查的行。")
    threshold = models.FloatField("合格线（%）")
    weight = models.PositiveSmallIntegerField("权重")
    is_met = models.BooleanField("是否合格")
    samples = models.JSONField("不合格行示例", default=list, help_text="主键和值已脱敏，条数有限。")
    note = models.CharField("说明", max_length=200, blank=True)

    class Meta:
        """A rule once a run, in the order of the rules."""

        verbose_name = verbose_name_plural = "质量问题"
        ordering = ("pk",)
        constraints = [models.UniqueConstraint(name="datasets_quality_finding_once", fields=["run", "rule"])]

    def __str__(self) -> str:
        """Return the title."""
        return self.title
