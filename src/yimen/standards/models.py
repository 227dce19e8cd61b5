"""Tables of the standards: code lists with their history, and data elements by version."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q


class CodeList(models.Model):
    """A list of codes, national or local (代码集)."""

    identifier = models.SlugField("代码集标识", max_length=60, primary_key=True)
    name = models.CharField("代码集名称", max_length=200)
    standard = models.CharField("依据标准", max_length=200, help_text="编号与年代号，如 GB/T 2261.1-2003。")
    digest = models.CharField("内容摘要", max_length=64, help_text="上次载入内容的 SHA-256，未变则不再载入。")
    updated_on = models.DateField("更新日期")

    class Meta:
        """Named in Chinese, listed by identifier."""

        verbose_name = verbose_name_plural = "代码集"
        ordering = ("identifier",)

    def __str__(self) -> str:
        """Return the name."""
        return self.name


class Code(models.Model):
    """One code of a list, over the time it means what it says (代码).

    A code that is gone is ended, never deleted: what was written with it stays readable. One that got another meaning
    has two rows.
    """

    code_list = models.ForeignKey(CodeList, models.CASCADE, verbose_name="代码集", related_name="codes")
    code = models.CharField("代码", max_length=60)
    name = models.CharField("代码名称", max_length=200)
    parent = models.CharField("上级代码", max_length=60, blank=True)
    valid_from = models.DateField("生效日期", null=True, blank=True, help_text="空为一开始就有。")
    valid_until = models.DateField("失效日期（不含）", null=True, blank=True, help_text="空为仍在使用。")
    replaced_by = ArrayField(models.CharField(max_length=60), verbose_name="后继代码", default=list, blank=True)
    place = models.PositiveIntegerField("排列顺序")

    class Meta:
        """In the list's own order; a code has one meaning at a time."""

        verbose_name = verbose_name_plural = "代码"
        ordering = ("code_list", "place", "pk")
        constraints = [
            models.UniqueConstraint(
                name="standards_code_once", fields=["code_list", "code", "valid_from"], nulls_distinct=False
            ),
            models.CheckConstraint(
                name="standards_code_ends_after_start",
                condition=Q(valid_until=None) | Q(valid_from=None) | Q(valid_until__gt=F("valid_from")),
            ),
        ]

    def __str__(self) -> str:
        """Return code and name."""
        return f"{self.code} {self.name}"


class DataElement(models.Model):
    """One version of a data element (数据元; GB/T 18391.1, GB/T 19488.1): what is meant, and how it is written."""

    class Status(models.TextChoices):
        """Where in its life it is (GB/T 18391.6)."""

        STANDARD = "STANDARD", "标准"
        RETIRED = "RETIRED", "废止"

    identifier = models.CharField("数据元标识", max_length=60)
    version = models.PositiveIntegerField("版本")
    name = models.CharField("中文名称", max_length=200)
    english_name = models.CharField("英文名称", max_length=200, blank=True)
    definition = models.TextField("定义")
    object_class = models.CharField("对象类词", max_length=60)
    property_term = models.CharField("特性词", max_length=100)
    representation = models.CharField("表示词", max_length=60)
    data_type = models.CharField("数据类型", max_length=16)
    format = models.CharField("数据格式", max_length=30, blank=True, help_text="如 an18、n..16,2、YYYYMMDD。")
    code_list = models.CharField("值域代码集", max_length=60, blank=True)
    unit = models.CharField("计量单位", max_length=30, blank=True)
    owner = models.CharField("管理部门代码", max_length=18, blank=True, help_text="统一社会信用代码；国家标准为空。")
    synonyms = ArrayField(models.CharField(max_length=100), verbose_name="同义名称", default=list, blank=True)
    source = models.CharField("依据", max_length=200, blank=True)
    status = models.CharField("数据元状态", max_length=16, choices=Status, default=Status.STANDARD)
    valid_from = models.DateField("生效日期")
    valid_until = models.DateField("失效日期（不含）", null=True, blank=True)

    class Meta:
        """Versions are counted from one; one of them is in force."""

        verbose_name = verbose_name_plural = "数据元"
        ordering = ("identifier", "-version")
        constraints = [
            models.UniqueConstraint(name="standards_element_version_once", fields=["identifier", "version"]),
            models.UniqueConstraint(
                name="standards_element_one_in_force", fields=["identifier"], condition=Q(valid_until=None)
            ),
        ]

    def __str__(self) -> str:
        """Return name and version."""
        return f"{self.name} v{self.version}"
