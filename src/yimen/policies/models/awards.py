"""What was granted, and the account it is to be paid to."""

from django.db import models
from django.db.models import Q


class PayeeAccount(models.Model):
    """An account a party wants to be paid to (收款账户). The number is sealed; only its end is shown.

    The newest of a party is the one it confirms by one tap next time.
    """

    party = models.ForeignKey("parties.Party", models.PROTECT, verbose_name="收款主体", related_name="payee_accounts")
    bank = models.CharField("开户银行", max_length=100)
    key_id = models.CharField("密钥编号", max_length=40)
    sealed = models.BinaryField("密封的账号")
    tail = models.CharField("账号末四位", max_length=4)
    confirmed_at = models.DateTimeField("确认时间")
    confirmed_by = models.ForeignKey("parties.Party", models.PROTECT, verbose_name="确认人", related_name="+")

    class Meta:
        """Newest first."""

        verbose_name = verbose_name_plural = "收款账户"
        ordering = ("-pk",)

    def __str__(self) -> str:
        """Return the bank and the end of the number."""
        return f"{self.bank} 尾号 {self.tail}"


class Award(models.Model):
    """That a measure was granted to a party (兑现决定), by a case or from a list without applying: once for each.

    `shares` says which agency bears which part of the amount, each `agency`, `share` (0 to 1, as text) and `yuan`.
    """

    measure = models.CharField("奖补项", max_length=100)
    party = models.ForeignKey("parties.Party", models.PROTECT, verbose_name="享受主体", related_name="awards")
    case = models.OneToOneField(
        "cases.Case", models.PROTECT, null=True, blank=True, verbose_name="办件", related_name="award"
    )
    beneficiary = models.OneToOneField(
        "policies.Beneficiary", models.PROTECT, null=True, blank=True, verbose_name="拟兑付对象", related_name="award"
    )
    amount_yuan = models.DecimalField("金额（元）", max_digits=16, decimal_places=2, null=True, blank=True)
    shares = models.JSONField("各部门分担", default=list)
    account = models.ForeignKey(
        PayeeAccount, models.PROTECT, null=True, blank=True, verbose_name="收款账户", related_name="+"
    )
    granted_at = models.DateTimeField("兑现决定时间")

    class Meta:
        """It comes of a case or of a list, and of one of them only."""

        verbose_name = verbose_name_plural = "兑现决定"
        ordering = ("-granted_at", "-pk")
        constraints = [
            models.CheckConstraint(
                name="policies_award_of_case_or_list",
                condition=Q(case__isnull=False, beneficiary=None) | Q(case=None, beneficiary__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["party", "measure"], name="policies_awards_of_party")]

    def __str__(self) -> str:
        """Return the measure."""
        return self.measure
