"""What was said to the treasury, and what it answered (发送记录、回执)."""

from django.db import models
from django.db.models import Q

from yimen.payments.models.triggers import ANSWERED_ONCE, APPEND_ONLY


class Attempt(models.Model):
    """One thing said to the treasury about a payment, with its answer (发送记录).

    Written and committed before it is said: a process killed in the middle leaves an attempt without an answer, and
    whoever goes on asks about it first.
    """

    class Kind(models.TextChoices):
        """Whether the money was sent, or its state asked for."""

        SEND = "SEND", "发送"
        ASK = "ASK", "查询"

    payment = models.ForeignKey("payments.Payment", models.PROTECT, verbose_name="拨付单", related_name="attempts")
    number = models.PositiveIntegerField("次序", help_text="每张拨付单从 1 起。")
    kind = models.CharField("发送类型", max_length=8, choices=Kind)
    sent_at = models.DateTimeField("发送时间")
    answered_at = models.DateTimeField("答复时间", null=True, blank=True)
    answer = models.CharField("答复", max_length=16, blank=True, help_text="空为没有等到答复。")
    words = models.CharField("答复说明", max_length=200, blank=True)

    class Meta:
        """Numbered from one; answered once."""

        verbose_name = verbose_name_plural = "发送记录"
        ordering = ("payment", "number")
        constraints = [
            models.UniqueConstraint(name="payments_attempt_numbered_once", fields=["payment", "number"]),
            models.CheckConstraint(
                name="payments_answer_says_when",
                condition=Q(answered_at=None, answer="") | (Q(answered_at__isnull=False) & ~Q(answer="")),
            ),
        ]
        triggers = ANSWERED_ONCE

    def __str__(self) -> str:
        """Return what it was."""
        return f"{self.get_kind_display()} {self.number}"


class Receipt(models.Model):
    """What the treasury said became of a payment (回执): accepted, settled, returned; each once."""

    class Outcome(models.TextChoices):
        """What became of it."""

        ACCEPTED = "ACCEPTED", "已受理"
        SETTLED = "SETTLED", "已到账"
        RETURNED = "RETURNED", "已退回"

    payment = models.ForeignKey("payments.Payment", models.PROTECT, verbose_name="拨付单", related_name="receipts")
    outcome = models.CharField("回执结果", max_length=16, choices=Outcome)
    treasury_number = models.CharField("国库流水号", max_length=60, blank=True)
    amount_yuan = models.DecimalField("回执金额（元）", max_digits=14, decimal_places=2, null=True, blank=True)
    reason = models.CharField("退回原因", max_length=60, blank=True)
    way = models.CharField("回执途径", max_length=16, help_text="SEND 发送的答复、ASK 查询、FEED 回执单。")
    received_at = models.DateTimeField("收到时间")

    class Meta:
        """An outcome once a payment; never changed."""

        verbose_name = verbose_name_plural = "回执"
        ordering = ("payment", "pk")
        constraints = [models.UniqueConstraint(name="payments_receipt_once", fields=["payment", "outcome"])]
        triggers = APPEND_ONLY

    def __str__(self) -> str:
        """Return the outcome in words."""
        return self.get_outcome_display()


class TreasuryFeed(models.Model):
    """How far the treasury's receipts have been read (回执进度)."""

    name = models.CharField("国库", max_length=40, primary_key=True)
    after = models.PositiveBigIntegerField("已读到的序号", default=0)

    class Meta:
        """Named in Chinese."""

        verbose_name = verbose_name_plural = "回执进度"

    def __str__(self) -> str:
        """Return the name."""
        return self.name
