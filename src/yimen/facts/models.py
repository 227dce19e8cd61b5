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
