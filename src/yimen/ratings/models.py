"""Ratings, and what the agency answered."""

from uuid import uuid4

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q


class Score(models.IntegerChoices):
    """Stars, as people give them. GB/T 39046 counts the other way round: `logic.national_code`."""

    VERY_GOOD = 5, "非常满意"
    GOOD = 4, "满意"
    FAIR = 3, "基本满意"
    POOR = 2, "不满意"
    VERY_POOR = 1, "非常不满意"


class Rating(models.Model):
    """What somebody said of one service they had (好差评): one a matter, never changed; said again once (追评).

    `reference` is what was rated, opaque (`case:…`); `about` the item or measure it was of.
    """

    id = models.UUIDField("评价标识", primary_key=True, default=uuid4, editable=False)
    reference = models.CharField("评价对象", max_length=200, unique=True, help_text="一事一评。")
    about = models.CharField("事项标识", max_length=200)
    about_title = models.CharField("事项名称", max_length=200)
    agency = models.ForeignKey("parties.Agency", models.PROTECT, verbose_name="被评价部门", related_name="ratings")
    rater = models.ForeignKey(
        "parties.Party", models.PROTECT, verbose_name="评价人", related_name="+", help_text="不向被评价部门显示。"
    )
    score = models.PositiveSmallIntegerField("满意度", choices=Score, help_text="五星为非常满意。")
    tags = ArrayField(models.CharField(max_length=20), verbose_name="评价标签", default=list, blank=True)
    words = models.TextField("评价内容", blank=True)
    given_at = models.DateTimeField("评价时间")
    answer = models.TextField("部门答复", blank=True)
    answered_by = models.CharField("答复人", max_length=200, blank=True)
    answered_at = models.DateTimeField("答复时间", null=True, blank=True)
    again_score = models.PositiveSmallIntegerField("追评满意度", choices=Score, null=True, blank=True)
    again_words = models.TextField("追评内容", blank=True)
    again_at = models.DateTimeField("追评时间", null=True, blank=True)

    class Meta:
        """From one to five; an answer and a second rating have their time."""

        verbose_name = verbose_name_plural = "好差评"
        ordering = ("-given_at", "pk")
        constraints = [
            models.CheckConstraint(name="ratings_one_to_five", condition=Q(score__gte=1, score__lte=5)),
            models.CheckConstraint(
                name="ratings_again_one_to_five",
                condition=Q(again_score=None, again_at=None)
                | Q(again_score__gte=1, again_score__lte=5, again_at__isnull=False),
            ),
            models.CheckConstraint(
                name="ratings_answer_has_time",
                condition=Q(answer="", answered_at=None) | (~Q(answer="") & Q(answered_at__isnull=False)),
            ),
        ]
        indexes = [
            models.Index(fields=["agency", "-given_at"], name="ratings_of_agency"),
            models.Index(fields=["about"], name="ratings_about"),
        ]

    def __str__(self) -> str:
        """Return what it is about and the stars, never who gave them."""
        return f"{self.about} {self.score}"
