"""Money set aside (预算)."""

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q


class Budget(models.Model):
    """Money an agency may spend for something in a year (预算), never more than there is.

    `reserved_yuan` is promised to payments that have not arrived yet, `spent_yuan` has arrived; what is left is the
    rest. The database refuses more.

    Law: 预算法 art. 13 (no spending without a budget).
    """

    class Rule(models.TextChoices):
        """Who gets what when more is asked for than there is."""

        FIRST_COME = "FIRST_COME", "先到先得"
        PRO_RATA = "PRO_RATA", "按比例分配"

    key = models.CharField("预算标识", max_length=100)
    year = models.PositiveSmallIntegerField("预算年度", validators=[MinValueValidator(2000)])
    title = models.CharField("预算名称", max_length=200)
    agency = models.ForeignKey("parties.Agency", models.PROTECT, verbose_name="预算部门", related_name="budgets")
    rule = models.CharField("分配方式", max_length=16, choices=Rule, default=Rule.FIRST_COME)
    total_yuan = models.DecimalField("预算总额（元）", max_digits=16, decimal_places=2)
    reserved_yuan = models.DecimalField("已占用（元）", max_digits=16, decimal_places=2, default=0)
    spent_yuan = models.DecimalField("已支出（元）", max_digits=16, decimal_places=2, default=0)

    class Meta:
        """One a key and year; nothing below zero, nothing above the total."""

        verbose_name = verbose_name_plural = "预算"
        ordering = ("-year", "key")
        constraints = [
            models.UniqueConstraint(name="payments_budget_once", fields=["key", "year"]),
            models.CheckConstraint(
                name="payments_never_overspent",
                condition=Q(reserved_yuan__gte=0)
                & Q(spent_yuan__gte=0)
                & Q(total_yuan__gte=F("reserved_yuan") + F("spent_yuan")),
            ),
        ]

    def __str__(self) -> str:
        """Return key and year."""
        return f"{self.key}/{self.year}"
