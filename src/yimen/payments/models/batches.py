"""Payments that go together (拨付批次)."""

from uuid import uuid4

from django.db import models
from django.db.models import F, Q

from yimen.payments.models.triggers import FROZEN_BATCH, NO_TRUNCATE


class PaymentBatch(models.Model):
    """Payments of one agency that are frozen, signed, approved and sent together (拨付批次).

    From the moment it is frozen the database refuses any change of what is in it; `digest` is over all its payments in
    order, `signature` the platform's over the statement that names the digest, the sum and who froze it.
    """

    class State(models.TextChoices):
        """How far it is; it only goes forward."""

        OPEN = "OPEN", "编制中"
        FROZEN = "FROZEN", "已冻结，待复核"
        APPROVED = "APPROVED", "已复核，待发送"
        SENDING = "SENDING", "拨付中"
        SETTLED = "SETTLED", "已办结"
        REFUSED = "REFUSED", "复核不通过"

    id = models.UUIDField("批次标识", primary_key=True, default=uuid4, editable=False)
    number = models.CharField("批次号", max_length=30, unique=True)
    agency = models.ForeignKey("parties.Agency", models.PROTECT, verbose_name="拨付部门", related_name="batches")
    state = models.CharField("批次状态", max_length=16, choices=State, default=State.OPEN)
    made_at = models.DateTimeField("编制时间")
    made_by_label = models.CharField("编制人", max_length=200)
    frozen_at = models.DateTimeField("冻结时间", null=True, blank=True)
    frozen_by = models.CharField("冻结人标识", max_length=64, blank=True)
    frozen_by_label = models.CharField("冻结人", max_length=200, blank=True)
    count = models.PositiveIntegerField("笔数", default=0)
    total_yuan = models.DecimalField("总额（元）", max_digits=16, decimal_places=2, default=0)
    digest = models.CharField("内容摘要", max_length=64, blank=True, help_text="SHA-256，十六进制。")
    public_key = models.CharField("签名公钥", max_length=64, blank=True, help_text="Ed25519 原始公钥的 Base64。")
    signature = models.BinaryField("签名", max_length=64, default=b"")
    approved_at = models.DateTimeField("复核时间", null=True, blank=True)
    approved_by = models.CharField("复核人标识", max_length=64, blank=True)
    approved_by_label = models.CharField("复核人", max_length=200, blank=True)
    refusal = models.CharField("不通过的理由", max_length=500, blank=True)
    sent_at = models.DateTimeField("开始发送时间", null=True, blank=True)
    settled_at = models.DateTimeField("办结时间", null=True, blank=True)

    class Meta:
        """Whoever froze it does not approve it; what is frozen is signed."""

        verbose_name = verbose_name_plural = "拨付批次"
        ordering = ("-made_at", "number")
        constraints = [
            models.CheckConstraint(
                name="payments_approved_by_a_second", condition=Q(approved_by="") | ~Q(approved_by=F("frozen_by"))
            ),
            models.CheckConstraint(
                name="payments_frozen_is_signed",
                condition=Q(state="OPEN") | (Q(frozen_at__isnull=False, count__gt=0) & ~Q(digest="")),
            ),
            models.CheckConstraint(
                name="payments_sent_is_approved",
                condition=~Q(state__in=["APPROVED", "SENDING", "SETTLED"]) | Q(approved_at__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["agency", "state"], name="payments_batches_of_agency")]
        triggers = [FROZEN_BATCH, NO_TRUNCATE]

    def __str__(self) -> str:
        """Return its number."""
        return self.number
