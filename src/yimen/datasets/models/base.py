"""Base libraries as configured: which attributes, and whose word counts first (基础库)."""

from django.db import models


class BaseLibrary(models.Model):
    """One record a person or organisation, joined from several datasets (基础库): 人口库, 法人库.

    What it holds lies in the lake; here is how it is made.
    """

    class Key(models.TextChoices):
        """What a record is about."""

        PERSON = "person", "自然人"
        ORG = "org", "法人"

    code = models.SlugField("基础库代码", max_length=60, primary_key=True)
    title = models.CharField("基础库名称", max_length=200)
    key = models.CharField("主体类型", max_length=16, choices=Key)
    agency = models.ForeignKey("parties.Agency", models.PROTECT, verbose_name="建设部门", related_name="base_libraries")
    attributes = models.JSONField("属性", default=list, help_text="属性名及其来源“资源.字段”，以先者为准。")

    class Meta:
        """Named in Chinese, listed by code."""

        verbose_name = verbose_name_plural = "基础库"
        ordering = ("code",)

    def __str__(self) -> str:
        """Return the title."""
        return self.title
