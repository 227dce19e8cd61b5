"""What was registered when: versions for ever, proposals until they are reviewed, and the classes of the catalogue."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone


class DatasetVersion(models.Model):
    """A dataset as it was published once (资源版本). Never changed."""

    dataset = models.ForeignKey("datasets.Dataset", models.CASCADE, verbose_name="数据资源", related_name="versions")
    number = models.PositiveIntegerField("版本号")
    content = models.JSONField("登记内容", help_text="与内容包中的写法相同。")
    digest = models.CharField("SHA-256 摘要", max_length=64)
    changes = ArrayField(models.TextField(), verbose_name="变更说明", default=list)
    made_by = models.CharField("发布人", max_length=200)
    made_at = models.DateTimeField("发布时间", default=timezone.now)
    proposed_by = models.CharField("申请人岗位", max_length=200, blank=True, default="", db_default="")
    reason = models.TextField("说明", blank=True, default="", db_default="")

    class Meta:
        """Numbered from one."""

        verbose_name = verbose_name_plural = "资源版本"
        ordering = ("dataset", "number")
        constraints = [models.UniqueConstraint(name="datasets_version_once", fields=["dataset", "number"])]

    def __str__(self) -> str:
        """Return the code with its number."""
        return f"{self.dataset_id} v{self.number}"


class Proposal(models.Model):
    """What an agency wants registered, changed or retired (登记申请), until the data bureau has looked at it.

    A dataset has one at a time. What is published stays as it is meanwhile.
    """

    class Status(models.TextChoices):
        """Whose turn it is."""

        DRAFT = "DRAFT", "草稿"
        SUBMITTED = "SUBMITTED", "待审核"

    code = models.SlugField("资源代码", max_length=100, primary_key=True)
    agency = models.ForeignKey("parties.Agency", models.PROTECT, verbose_name="提供部门", related_name="proposals")
    content = models.JSONField("登记内容", default=dict, help_text="申请停用的，为空。")
    retires_on = models.DateField("申请停用日期", null=True, blank=True)
    reason = models.TextField("说明", blank=True)
    status = models.CharField("申请状态", max_length=16, choices=Status, default=Status.DRAFT)
    accounts = ArrayField(
        models.CharField(max_length=64), verbose_name="经手账号", default=list, help_text="经手的人不得自己审核。"
    )
    made_by = models.CharField("申请人岗位", max_length=200)
    changed_at = models.DateTimeField("修改时间")
    submitted_at = models.DateTimeField("提交时间", null=True, blank=True)
    answer = models.TextField("退回意见", blank=True)

    class Meta:
        """What is submitted says when."""

        verbose_name = verbose_name_plural = "登记申请"
        ordering = ("submitted_at", "code")
        constraints = [
            models.CheckConstraint(
                name="datasets_proposal_says_when",
                condition=Q(status="DRAFT") | Q(submitted_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        """Return the code."""
        return self.code


class CatalogueClass(models.Model):
    """A class of the catalogue (目录分类): 类, 项, 目 or 细目 by the length of its code, such as 3, 307, 307001."""

    code = models.CharField("分类代码", max_length=30, primary_key=True)
    name = models.CharField("分类名称", max_length=100)

    class Meta:
        """By code, so that what is below follows what is above."""

        verbose_name = verbose_name_plural = "目录分类"
        ordering = ("code",)

    def __str__(self) -> str:
        """Return the name."""
        return self.name
