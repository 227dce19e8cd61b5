"""One transfer of money to one account (拨付单)."""

from uuid import uuid4

from django.db import models
from django.db.models import Q

from yimen.payments.models.triggers import FROZEN_PAYMENT, NO_TRUNCATE, NOTHING_ADDED


class Payment(models.Model):
    """One transfer to one account (拨付单).

    `reference` is ours, unique for ever, and the treasury's idempotency key. `cause` is what it pays for, in the words
    of whoever ordered it: one payment at a time lives for a cause, so that asking twice pays once. The account number
    is sealed (`core.vault`), opened only to send, and each opening has its row in the ledger.
    """

    class State(models.TextChoices):
        """How far it is. UNKNOWN: sent, and the answer did not arrive; it is asked about before anything is sent."""

        WAITING = "WAITING", "待发送"
        UNKNOWN = "UNKNOWN", "已发送，结果待查"
        ACCEPTED = "ACCEPTED", "国库已受理"
        SETTLED = "SETTLED", "已到账"
        RETURNED = "RETURNED", "已退回"
        CANCELLED = "CANCELLED", "已取消"

    id = models.UUIDField("拨付单标识", primary_key=True, default=uuid4, editable=False)
    reference = models.CharField("拨付单号", max_length=40, unique=True)
    cause = models.CharField("拨付事由标识", max_length=200, help_text="由下单的模块解释，不含个人信息。")
    payee = models.ForeignKey("parties.Party", models.PROTECT, verbose_name="收款人", related_name="payments")
    account_key_id = models.CharField("密钥编号", max_length=40)
    account_sealed = models.BinaryField("收款账号（密文）")
    account_masked = models.CharField("收款账号（脱敏）", max_length=40)
    bank = models.CharField("开户行", max_length=200)
    amount_yuan = models.DecimalField("金额（元）", max_digits=14, decimal_places=2)
    budget = models.ForeignKey("payments.Budget", models.PROTECT, verbose_name="预算", related_name="payments")
    purpose_item = models.CharField("用途标识", max_length=100, blank=True)
    purpose_title = models.CharField("用途", max_length=300)
    case_id = models.UUIDField("办件", null=True, blank=True)
    batch = models.ForeignKey(
        "payments.PaymentBatch", models.PROTECT, null=True, blank=True, verbose_name="拨付批次", related_name="payments"
    )
    replaces = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, verbose_name="替换的拨付单", related_name="replaced_by"
    )
    state = models.CharField("拨付状态", max_length=16, choices=State, default=State.WAITING)
    ordered_at = models.DateTimeField("下单时间")
    treasury_number = models.CharField("国库流水号", max_length=60, blank=True)
    settled_at = models.DateTimeField("到账确认时间", null=True, blank=True)
    settled_on = models.DateField("国库记账日期", null=True, blank=True)
    returned_at = models.DateTimeField("退回时间", null=True, blank=True)
    return_reason = models.CharField("退回原因", max_length=60, blank=True)
    written_off_at = models.DateTimeField("核销时间", null=True, blank=True)

    class Meta:
        """More than nothing; one living payment a cause; each end says when."""

        verbose_name = verbose_name_plural = "拨付单"
        ordering = ("ordered_at", "reference")
        constraints = [
            models.CheckConstraint(name="payments_more_than_nothing", condition=Q(amount_yuan__gt=0)),
            models.UniqueConstraint(
                name="payments_one_for_a_cause",
                fields=["cause"],
                condition=~Q(state__in=["RETURNED", "CANCELLED"]),
            ),
            models.CheckConstraint(
                name="payments_settled_says_when",
                condition=Q(state="SETTLED", settled_at__isnull=False, settled_on__isnull=False)
                | (~Q(state="SETTLED") & Q(settled_at=None)),
            ),
            models.CheckConstraint(
                name="payments_sent_in_a_batch",
                condition=Q(state__in=["WAITING", "CANCELLED"]) | Q(batch__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["batch", "state"], name="payments_of_batch"),
            models.Index(fields=["cause"], name="payments_by_cause"),
            models.Index(fields=["settled_on"], name="payments_settled_by_day"),
        ]
        triggers = [FROZEN_PAYMENT, NOTHING_ADDED, NO_TRUNCATE]

    def __str__(self) -> str:
        """Return its reference."""
        return self.reference
