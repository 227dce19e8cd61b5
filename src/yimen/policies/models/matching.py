"""Runs of the matching, and what an enterprise has said of itself."""

from uuid import uuid4

from django.db import models


class MatchRun(models.Model):
    """One run of every measure over every enterprise (匹配批次). What was found is in the lake, under the same id.

    `measures` maps each measure to the digest of its rules, so that the next run knows what changed.
    """

    id = models.UUIDField("匹配批次标识", primary_key=True, default=uuid4, editable=False)
    started_at = models.DateTimeField("开始时间")
    finished_at = models.DateTimeField("完成时间")
    facts = models.CharField("数据快照", max_length=100, help_text="数据湖中 policy-facts 快照的标识。")
    found = models.CharField("结果快照", max_length=100, help_text="数据湖中 policy-matches 快照的标识。")
    measures = models.JSONField("奖补项及其规则摘要")
    enterprises = models.PositiveIntegerField("企业数")
    evaluated = models.PositiveBigIntegerField("判断次数", help_text="企业数乘以奖补项数，未变的不算。")
    matches = models.PositiveBigIntegerField("符合条件的对数")
    fresh = models.PositiveBigIntegerField("新符合的对数")
    gone = models.PositiveBigIntegerField("不再符合的对数")
    told_at = models.DateTimeField("送达完成时间", null=True, blank=True, help_text="新符合的都已告知。")

    class Meta:
        """Named in Chinese, the newest first; a snapshot of results is one run's."""

        verbose_name = verbose_name_plural = "匹配批次"
        ordering = ("-started_at",)
        constraints = [models.UniqueConstraint(name="policies_found_by_one_run", fields=["found"])]

    def __str__(self) -> str:
        """Return when it was."""
        return f"{self.started_at:%Y-%m-%d %H:%M}"


class Profile(models.Model):
    """What an enterprise or a person has said of itself, for facts of which its word counts (自报信息)."""

    party = models.OneToOneField(
        "parties.Party", models.PROTECT, verbose_name="主体", related_name="policy_profile", primary_key=True
    )
    answers = models.JSONField("自报的数据项", default=dict)
    said_at = models.DateTimeField("填报时间")

    class Meta:
        """Named in Chinese."""

        verbose_name = verbose_name_plural = "自报信息"

    def __str__(self) -> str:
        """Return the party's record, never what it said."""
        return str(self.party_id)
