"""Texts that were taken apart, and what was proposed to be in them until a person has said what is."""

from django.db import models
from django.db.models import Q


class DecomposedText(models.Model):
    """The text of a policy that was taken apart (拆解文本). Kept as it came: offsets count its characters."""

    agency = models.ForeignKey(
        "parties.Agency", models.PROTECT, verbose_name="拆解部门", related_name="decomposed_texts"
    )
    title = models.CharField("标题", max_length=300)
    text = models.TextField("全文")
    digest = models.CharField("SHA-256 摘要", max_length=64)
    document = models.CharField(
        "来源文件", max_length=200, blank=True, help_text="汇聚来的文件的编号；直接粘贴的为空。"
    )
    head = models.JSONField(
        "文件要素", help_text="标题、发文字号、部门和日期，字段见 docs/how-to/decompose-a-policy.md。"
    )
    notes = models.JSONField("提示", default=list, help_text="拆解时看到的要人注意的地方。")
    taken_by = models.CharField("拆解人账号", max_length=64)
    taken_label = models.CharField("拆解人", max_length=200)
    taken_at = models.DateTimeField("拆解时间")
    drafted_as = models.CharField("起草成的政策", max_length=80, blank=True)

    class Meta:
        """The same text is taken apart once by an agency."""

        verbose_name = verbose_name_plural = "拆解文本"
        ordering = ("-taken_at", "-pk")
        constraints = [models.UniqueConstraint(name="policies_text_once", fields=["agency", "digest"])]

    def __str__(self) -> str:
        """Return the title."""
        return self.title


class MeasureProposal(models.Model):
    """A measure proposed from a text (拆解建议), and what a person said of it.

    `proposed` stays as the parser gave it; `content` is what stands now.
    """

    class State(models.TextChoices):
        """What became of it."""

        PROPOSED = "PROPOSED", "待确认"
        CONFIRMED = "CONFIRMED", "已确认"
        CHANGED = "CHANGED", "改后确认"
        REJECTED = "REJECTED", "不采用"

    text = models.ForeignKey(DecomposedText, models.CASCADE, verbose_name="拆解文本", related_name="proposals")
    measure = models.CharField("奖补项编号", max_length=16)
    proposed = models.JSONField("建议内容")
    content = models.JSONField("现有内容")
    state = models.CharField("建议状态", max_length=16, choices=State, default=State.PROPOSED)
    words = models.TextField("说明", blank=True)
    decided_by = models.CharField("确认人账号", max_length=64, blank=True)
    decided_label = models.CharField("确认人", max_length=200, blank=True)
    decided_at = models.DateTimeField("确认时间", null=True, blank=True)

    class Meta:
        """A measure of a text is proposed once; what was said of it has its time, and a rejection its reason."""

        verbose_name = verbose_name_plural = "拆解建议"
        ordering = ("text", "pk")
        constraints = [
            models.UniqueConstraint(name="policies_proposed_once", fields=["text", "measure"]),
            models.CheckConstraint(
                name="policies_decided_has_time",
                condition=Q(state="PROPOSED", decided_at=None) | (~Q(state="PROPOSED") & Q(decided_at__isnull=False)),
            ),
            models.CheckConstraint(name="policies_rejected_says_why", condition=~Q(state="REJECTED") | ~Q(words="")),
        ]

    def __str__(self) -> str:
        """Return the measure and its state."""
        return f"{self.measure}：{self.get_state_display()}"
