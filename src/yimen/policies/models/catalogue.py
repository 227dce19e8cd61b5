"""Policies, their versions from draft to publication, and who reviewed them."""

import pgtrigger
from django.db import models
from django.db.models import F, Q


class Policy(models.Model):
    """A policy (政策), known by its slug."""

    slug = models.SlugField("政策标识", max_length=80, primary_key=True)
    title = models.CharField("政策名称", max_length=300)
    agency = models.ForeignKey("parties.Agency", models.PROTECT, verbose_name="发布部门", related_name="policies")

    class Meta:
        """Named in Chinese, listed by slug."""

        verbose_name = verbose_name_plural = "政策"
        ordering = ("slug",)

    def __str__(self) -> str:
        """Return the title."""
        return self.title


class PolicyVersion(models.Model):
    """One version of a policy (政策版本): its content, the rules of its measures, how far it is.

    Once published it is never changed; the one after takes its place.
    """

    class Status(models.TextChoices):
        """How far it is."""

        DRAFT = "DRAFT", "草稿"
        REVIEW = "REVIEW", "审核中"
        PUBLISHED = "PUBLISHED", "已发布"
        RETURNED = "RETURNED", "退回修改"

    policy = models.ForeignKey(Policy, models.PROTECT, verbose_name="政策", related_name="versions")
    number = models.PositiveIntegerField("版本号")
    status = models.CharField("政策版本状态", max_length=16, choices=Status, default=Status.DRAFT)
    content = models.JSONField("政策内容", help_text="字段见 docs/reference/policies.md。")
    rules = models.JSONField("奖补项规则", default=dict, help_text="奖补项编号到 DMN 模型。")
    digest = models.CharField("SHA-256 摘要", max_length=64)
    effective_from = models.DateField("施行日期")
    effective_until = models.DateField("失效日期（不含）", null=True, blank=True)
    drafted_by = models.CharField("起草人账号", max_length=64)
    drafted_label = models.CharField("起草人", max_length=200)
    drafted_at = models.DateTimeField("起草时间")
    published_at = models.DateTimeField("发布时间", null=True, blank=True)

    class Meta:
        """A policy's versions are numbered from one, one of them at most under way; a published one has its time."""

        verbose_name = verbose_name_plural = "政策版本"
        ordering = ("policy", "number")
        constraints = [
            models.UniqueConstraint(name="policies_version_numbered_once", fields=["policy", "number"]),
            models.UniqueConstraint(
                name="policies_one_version_under_way",
                fields=["policy"],
                condition=Q(status__in=["DRAFT", "REVIEW", "RETURNED"]),
            ),
            models.CheckConstraint(
                name="policies_version_ends_after_start",
                condition=Q(effective_until=None) | Q(effective_until__gt=F("effective_from")),
            ),
            models.CheckConstraint(
                name="policies_published_has_time",
                condition=Q(status="PUBLISHED", published_at__isnull=False)
                | (~Q(status="PUBLISHED") & Q(published_at=None)),
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="published_stays",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__status="PUBLISHED"),
            )
        ]

    def __str__(self) -> str:
        """Return the slug with its number."""
        return f"{self.policy_id} v{self.number}"


class PolicyReview(models.Model):
    """What a reviewer said of a version (政策审核); two others than the drafter must agree before it is published."""

    class Verdict(models.TextChoices):
        """What they said."""

        AGREED = "AGREED", "同意发布"
        RETURNED = "RETURNED", "退回修改"

    version = models.ForeignKey(PolicyVersion, models.PROTECT, verbose_name="政策版本", related_name="reviews")
    digest = models.CharField("审核的内容摘要", max_length=64, help_text="内容改动后，之前的同意不再算数。")
    reviewer = models.CharField("审核人账号", max_length=64)
    reviewer_label = models.CharField("审核人", max_length=200)
    verdict = models.CharField("审核意见", max_length=16, choices=Verdict)
    words = models.TextField("意见说明", blank=True)
    said_at = models.DateTimeField("审核时间")

    class Meta:
        """A reviewer says it once of one content; who returns it says why."""

        verbose_name = verbose_name_plural = "政策审核"
        ordering = ("said_at", "pk")
        constraints = [
            models.UniqueConstraint(name="policies_reviewed_once", fields=["version", "digest", "reviewer"]),
            models.CheckConstraint(name="policies_returned_says_why", condition=~Q(verdict="RETURNED") | ~Q(words="")),
        ]

    def __str__(self) -> str:
        """Return the version and the verdict."""
        return f"{self.version_id}：{self.get_verdict_display()}"
