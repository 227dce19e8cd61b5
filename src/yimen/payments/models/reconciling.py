"""A day's statement held against our payments (对账)."""

from django.db import models


class Reconciliation(models.Model):
    """One day's statement of the treasury held against what we know was settled that day (对账)."""

    day = models.DateField("记账日期")
    run_at = models.DateTimeField("对账时间")
    actor_label = models.CharField("对账人", max_length=200)
    our_count = models.PositiveIntegerField("本方笔数")
    our_yuan = models.DecimalField("本方金额（元）", max_digits=16, decimal_places=2)
    their_count = models.PositiveIntegerField("国库笔数")
    their_yuan = models.DecimalField("国库金额（元）", max_digits=16, decimal_places=2)
    found = models.PositiveIntegerField("差异笔数")

    class Meta:
        """A day may be looked at again."""

        verbose_name = verbose_name_plural = "对账"
        ordering = ("-day", "-run_at")

    def __str__(self) -> str:
        """Return the day."""
        return f"{self.day:%Y-%m-%d}"


class Difference(models.Model):
    """Where the statement and our payments differ (对账差异), once a day, kind and reference."""

    class Kind(models.TextChoices):
        """How they differ."""

        NOT_THERE = "NOT_THERE", "国库没有这一笔"
        NOT_HERE = "NOT_HERE", "本方没有这一笔"
        DOUBLE = "DOUBLE", "国库重复记账"
        AMOUNT = "AMOUNT", "金额不一致"
        NOT_SETTLED = "NOT_SETTLED", "国库已支付，本方未确认"

    day = models.DateField("记账日期")
    kind = models.CharField("差异类型", max_length=16, choices=Kind)
    reference = models.CharField("拨付单号", max_length=60)
    our_yuan = models.DecimalField("本方金额（元）", max_digits=14, decimal_places=2, null=True, blank=True)
    their_yuan = models.DecimalField("国库金额（元）", max_digits=16, decimal_places=2, null=True, blank=True)
    found_at = models.DateTimeField("发现时间")
    gone_at = models.DateTimeField("消除时间", null=True, blank=True)
    task_id = models.UUIDField("督办单", null=True, blank=True)

    class Meta:
        """Told once."""

        verbose_name = verbose_name_plural = "对账差异"
        ordering = ("-day", "kind", "reference")
        constraints = [models.UniqueConstraint(name="payments_difference_once", fields=["day", "kind", "reference"])]

    def __str__(self) -> str:
        """Return kind and reference."""
        return f"{self.get_kind_display()} {self.reference}"
