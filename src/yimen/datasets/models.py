"""Datasets with their fields, and the grants that are the access rule."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q


def by_person() -> list[str]:
    """Return what a dataset is keyed by unless it says otherwise."""
    return ["person"]


class Dataset(models.Model):
    """What a department shares about people, organisations, projects (数据资源)."""

    class Sharing(models.TextChoices):
        """How it is shared (共享类型)."""

        UNCONDITIONAL = "UNCONDITIONAL", "无条件共享"
        CONDITIONAL = "CONDITIONAL", "有条件共享"
        WITHHELD = "WITHHELD", "不予共享"

    code = models.SlugField("资源代码", max_length=100, primary_key=True)
    title = models.CharField("资源名称", max_length=200)
    agency = models.ForeignKey("parties.Agency", models.PROTECT, verbose_name="提供部门", related_name="datasets")
    sharing = models.CharField("共享类型", max_length=16, choices=Sharing)
    source_kind = models.CharField("数据源类型", max_length=16)
    connection = models.CharField("连接名", max_length=60)
    settings = models.JSONField("数据源设置", default=dict)
    keyed_by = ArrayField(
        models.CharField(max_length=120),
        verbose_name="查询依据",
        default=by_person,
        help_text="person 为自然人的身份号码，org 为法人的信用代码，其余为数据项名。",
    )
    timeout_s = models.FloatField("时限（秒）", default=2.0)

    class Meta:
        """Named in Chinese, listed by code."""

        verbose_name = verbose_name_plural = "数据资源"
        ordering = ("code",)

    def __str__(self) -> str:
        """Return the title."""
        return self.title


class DatasetField(models.Model):
    """One field of a dataset (数据资源字段): our name, the department's, and how its codes map to ours."""

    dataset = models.ForeignKey(Dataset, models.CASCADE, verbose_name="数据资源", related_name="fields")
    name = models.CharField("字段名", max_length=100)
    title = models.CharField("中文名称", max_length=200)
    type = models.CharField("数据类型", max_length=16)
    source_name = models.CharField("部门字段名", max_length=100)
    codes = models.JSONField("代码对照", default=dict, help_text="部门代码 → 本平台代码；空为不对照。")
    when_absent = models.CharField(
        "没有记录时的值", max_length=100, blank=True, help_text="名册只列在册的人：没有记录也是回答。空为未知。"
    )
    blank_is_value = models.BooleanField("空即是值", default=False, help_text="空文字是已知的值，而不是没有值。")

    class Meta:
        """A name once a dataset."""

        verbose_name = verbose_name_plural = "数据资源字段"
        ordering = ("pk",)
        constraints = [models.UniqueConstraint(name="datasets_field_once", fields=["dataset", "name"])]

    def __str__(self) -> str:
        """Return the title."""
        return self.title


class Grant(models.Model):
    """A right to read (共享授权): who, of which dataset, which fields, for which item, on what basis, until when."""

    dataset = models.ForeignKey(Dataset, models.CASCADE, verbose_name="数据资源", related_name="grants")
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
