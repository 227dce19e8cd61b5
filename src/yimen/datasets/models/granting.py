"""The grants that are the access rule (共享授权)."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q


class Grant(models.Model):
    """A right to read (共享授权): who, of which dataset, which fields, for which item, on what basis, until when."""

    dataset = models.ForeignKey("datasets.Dataset", models.CASCADE, verbose_name="数据资源", related_name="grants")
    grantee = models.ForeignKey("parties.Agency", models.PROTECT, verbose_name="使用部门", related_name="grants")
    item = models.CharField("事项标识", max_length=100)
    fields = ArrayField(models.CharField(max_length=100), verbose_name="字段")
    basis = models.CharField("共享依据", max_length=300)
    valid_from = models.DateField("生效日期")
    valid_until = models.DateField("失效日期（不含）", null=True, blank=True)

    class Meta:
        """One grant a dataset, grantee and item; a period ends exclusively."""

        verbose_name = verbose_name_plural = "共享授权"
        constraints = [
            models.UniqueConstraint(name="datasets_grant_once", fields=["dataset", "grantee", "item"]),
            models.CheckConstraint(
                name="datasets_grant_ends_after_start",
                condition=Q(valid_until=None) | Q(valid_until__gt=F("valid_from")),
            ),
        ]

    def __str__(self) -> str:
        """Return what may be read for what."""
        return f"{self.dataset_id} → {self.item}"
