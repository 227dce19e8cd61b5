"""The dictionary of facts, as loaded from content packs (数据字典)."""

from django.db import models


class Fact(models.Model):
    """One thing that can be known about a subject (事实/数据项)."""

    name = models.CharField("数据项名", max_length=120, primary_key=True)
    title = models.CharField("中文名称", max_length=200)
    type = models.CharField("数据类型", max_length=16)
    authority = models.CharField("以谁为准", max_length=18)
    sensitivity = models.CharField("敏感程度", max_length=16)
    values = models.JSONField("代码表", default=list, help_text="[代码, 名称] 的列表，按显示顺序。")
    unit = models.CharField("计量单位", max_length=20, blank=True)
    sources = models.JSONField("数据来源", default=list)
    element = models.CharField("数据元标识", max_length=60, blank=True)
    agree = models.BooleanField("各来源须一致", default=False)

    class Meta:
        """Named in Chinese, listed by name."""

        verbose_name = verbose_name_plural = "数据项"
        ordering = ("name",)

    def __str__(self) -> str:
        """Return the dotted name."""
        return self.name


class AddedSource(models.Model):
    """A source of a fact that the data bureau added beside those of the content packs (补充来源).

    Tried after the pack's own, in the order they were added. Loading a pack leaves it as it is.
    """

    fact = models.ForeignKey(Fact, models.CASCADE, verbose_name="数据项", related_name="added_sources")
    dataset = models.CharField("数据资源代码", max_length=100)
    field = models.CharField("字段名", max_length=100)
    added_by = models.CharField("操作主体", max_length=200)
    added_at = models.DateTimeField("添加时间")

    class Meta:
        """A field feeds a fact once."""

        verbose_name = verbose_name_plural = "补充来源"
        ordering = ("added_at", "pk")
        constraints = [models.UniqueConstraint(name="facts_source_added_once", fields=["fact", "dataset", "field"])]

    def __str__(self) -> str:
        """Return the field with its dataset."""
        return f"{self.dataset}.{self.field}"
