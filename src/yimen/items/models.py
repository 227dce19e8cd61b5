"""Items, each with the versions of its implementation list (实施清单)."""

from django.db import models
from django.db.models import F, Q


class Item(models.Model):
    """A service item (政务服务事项), known by its slug."""

    slug = models.CharField("事项标识", max_length=100, primary_key=True, help_text="奖补项为“政策/奖补项”。")
    name = models.CharField("事项名称", max_length=200)
    english_name = models.CharField("英文名称", max_length=200, blank=True)
    agency = models.ForeignKey("parties.Agency", models.PROTECT, verbose_name="实施主体", related_name="items")
    keywords = models.CharField("检索词", max_length=500, blank=True)
    is_listed = models.BooleanField("列入事项目录", default=True, help_text="政策奖补项经政策办理，不列入。")

    class Meta:
        """Named in Chinese, listed by slug."""

        verbose_name = verbose_name_plural = "政务服务事项"
        ordering = ("slug",)

    def __str__(self) -> str:
        """Return the Chinese name."""
        return self.name


class BaseItem(models.Model):
    """An item of the state's base catalogue (基本目录), of which cities and districts make implementation lists."""

    code = models.CharField("基本编码", max_length=13, primary_key=True)
    name = models.CharField("事项名称", max_length=200)
    item_type = models.CharField("事项类型", max_length=40)
    lead = models.CharField("行业主管部门", max_length=200)
    levels = models.CharField("行使层级", max_length=100, help_text="以顿号分隔。")
    legal_basis = models.JSONField("设定依据", default=list)

    class Meta:
        """Named in Chinese, listed by code."""

        verbose_name = verbose_name_plural = "基本目录事项"
        ordering = ("code",)

    def __str__(self) -> str:
        """Return the Chinese name."""
        return self.name


class ItemVersion(models.Model):
    """One version of an item's implementation list (实施清单版本). Never changed once loaded."""

    item = models.ForeignKey(Item, models.PROTECT, verbose_name="政务服务事项", related_name="versions")
    number = models.PositiveIntegerField("版本号")
    content = models.JSONField("清单内容", help_text="字段见 docs/reference/content-packs.md。")
    digest = models.CharField("SHA-256 摘要", max_length=64)
    effective_from = models.DateField("生效日期")
    effective_until = models.DateField("失效日期（不含）", null=True, blank=True)
    loaded_at = models.DateTimeField("载入时间")

    class Meta:
        """An item's versions are numbered from one; a period ends exclusively."""

        verbose_name = verbose_name_plural = "实施清单版本"
        ordering = ("item", "number")
        constraints = [
            models.UniqueConstraint(name="items_version_numbered_once", fields=["item", "number"]),
            models.CheckConstraint(
                name="items_version_ends_after_start",
                condition=Q(effective_until=None) | Q(effective_until__gt=F("effective_from")),
            ),
        ]

    def __str__(self) -> str:
        """Return the slug with its number."""
        return f"{self.item_id} v{self.number}"
