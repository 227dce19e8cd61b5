"""Decision models, each version kept for ever (决策模型)."""

from django.db import models
from django.db.models import F, Q


class RuleVersion(models.Model):
    """One version of the rules of an item or a measure (规则版本). Never changed; a new text is a new row."""

    name = models.CharField("规则名称", max_length=200, help_text="事项的标识，或“政策/措施”。")
    number = models.PositiveIntegerField("版本号")
    xml = models.TextField("DMN 模型")
    digest = models.CharField("SHA-256 摘要", max_length=64)
    effective_from = models.DateField("生效日期")
    effective_until = models.DateField("失效日期（不含）", null=True, blank=True)
    loaded_at = models.DateTimeField("载入时间")

    class Meta:
        """A name's versions are numbered from one; a period ends exclusively."""

        verbose_name = verbose_name_plural = "规则版本"
        ordering = ("name", "number")
        constraints = [
            models.UniqueConstraint(name="rules_version_numbered_once", fields=["name", "number"]),
            models.CheckConstraint(
                name="rules_version_ends_after_start",
                condition=Q(effective_until=None) | Q(effective_until__gt=F("effective_from")),
            ),
        ]

    def __str__(self) -> str:
        """Return the name with its number."""
        return f"{self.name} v{self.number}"
