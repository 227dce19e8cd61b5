"""Where policies are collected from, what was collected, and what could not be (政策汇聚)."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q

from yimen.policies.collecting.relations import RelationKind
from yimen.policies.collecting.trouble import LABELS, Reason


class Feed(models.Model):
    """Somewhere policies are looked for again and again (采集来源)."""

    class Kind(models.TextChoices):
        """How it says where documents are."""

        RSS = "RSS", "RSS 或 Atom"
        SITEMAP = "SITEMAP", "站点地图"
        LISTING = "LISTING", "列表页"
        FOLDER = "FOLDER", "文件夹"

    name = models.SlugField("来源标识", max_length=60, primary_key=True)
    title = models.CharField("来源名称", max_length=100)
    kind = models.CharField("来源类型", max_length=8, choices=Kind)
    address = models.CharField("来源地址", max_length=500, help_text="网址；文件夹则为路径。")
    publisher = models.CharField("发布网站", max_length=100, blank=True)
    links = models.CharField("链接规则", max_length=300, blank=True, help_text="XPath；为空则取本站的全部链接。")
    following = models.CharField("翻页规则", max_length=300, blank=True, help_text="XPath，或 index_{n}.html。")
    only = models.CharField("地址须符合", max_length=200, blank=True, help_text="正则表达式；为空则不限。")
    most_pages = models.PositiveIntegerField(
        "最多翻页数", default=20, validators=[MinValueValidator(1), MaxValueValidator(500)]
    )
    most_documents = models.PositiveIntegerField(
        "每次最多文件数", default=500, validators=[MinValueValidator(1), MaxValueValidator(100_000)]
    )
    every_hours = models.PositiveIntegerField(
        "间隔小时数", default=24, validators=[MinValueValidator(1), MaxValueValidator(24 * 90)]
    )
    pause_s = models.FloatField(
        "两次请求的间隔（秒）", default=1.0, validators=[MinValueValidator(0.0), MaxValueValidator(60.0)]
    )
    allows_private = models.BooleanField("允许内网地址", default=False)
    is_active = models.BooleanField("是否启用", default=True)
    due_at = models.DateTimeField("下次采集时间")
    changed_at = models.DateTimeField("最近修改时间")
    changed_by = models.CharField("修改人", max_length=200)

    class Meta:
        """Named in Chinese, listed by name."""

        verbose_name = verbose_name_plural = "采集来源"
        ordering = ("name",)

    def __str__(self) -> str:
        """Return the title."""
        return self.title


class Visit(models.Model):
    """One walk through a feed, or one import by hand (采集批次), with what came of it."""

    class Status(models.TextChoices):
        """How far it is."""

        RUNNING = "RUNNING", "正在采集"
        DONE = "DONE", "已完成"
        FAILED = "FAILED", "未完成"

    feed = models.ForeignKey(
        Feed, models.CASCADE, null=True, blank=True, verbose_name="采集来源", related_name="visits"
    )
    status = models.CharField("批次状态", max_length=8, choices=Status, default=Status.RUNNING)
    started_at = models.DateTimeField("开始时间")
    finished_at = models.DateTimeField("结束时间", null=True, blank=True)
    started_by = models.CharField("经手", max_length=200)
    added = models.PositiveIntegerField("新文件数", default=0)
    changed = models.PositiveIntegerField("新版本数", default=0)
    joined = models.PositiveIntegerField("新出处数", default=0)
    unchanged = models.PositiveIntegerField("无变化数", default=0)
    failed = models.PositiveIntegerField("未收数", default=0)

    class Meta:
        """The newest first; what is over says when."""

        verbose_name = verbose_name_plural = "采集批次"
        ordering = ("-started_at", "-pk")
        constraints = [
            models.CheckConstraint(
                name="policies_visit_over_says_when", condition=Q(status="RUNNING") | Q(finished_at__isnull=False)
            )
        ]

    def __str__(self) -> str:
        """Return the feed and when."""
        return f"{self.feed_id or '手工导入'} {self.started_at:%Y-%m-%d %H:%M}"


class Original(models.Model):
    """The bytes of a page or file as they came (原件), by their digest; the same bytes are kept once."""

    digest = models.CharField("SHA-256 摘要", max_length=64, primary_key=True)
    content = models.BinaryField("原始内容")
    size = models.PositiveIntegerField("字节数")
    media_type = models.CharField("媒体类型", max_length=100)
    address = models.CharField("首次取得的地址", max_length=1000)
    taken_at = models.DateTimeField("首次取得时间")

    class Meta:
        """Named in Chinese."""

        verbose_name = verbose_name_plural = "原件"

    def __str__(self) -> str:
        """Return the digest's beginning."""
        return self.digest[:12]


class CollectedDocument(models.Model):
    """One policy document, however many publishers have it (政策文件); what it says is in its versions."""

    title = models.CharField("文件标题", max_length=500)
    title_key = models.CharField("标题比对值", max_length=500, db_index=True)
    number = models.CharField("发文字号", max_length=100, blank=True, db_index=True)
    current = models.ForeignKey(
        "policies.CollectedVersion", models.PROTECT, null=True, verbose_name="当前版本", related_name="+"
    )
    first_seen_at = models.DateTimeField("首次收到时间")

    class Meta:
        """The newest first."""

        verbose_name = verbose_name_plural = "政策文件"
        ordering = ("-first_seen_at", "-pk")

    def __str__(self) -> str:
        """Return the title."""
        return self.title


class CollectedVersion(models.Model):
    """A document as it read at one time (文件版本): text and metadata, with the evidence of each. Never changed."""

    document = models.ForeignKey(CollectedDocument, models.CASCADE, verbose_name="政策文件", related_name="versions")
    ordinal = models.PositiveIntegerField("版本序号")
    original = models.ForeignKey(Original, models.PROTECT, verbose_name="原件", related_name="versions")
    text = models.TextField("正文")
    digest = models.CharField("正文摘要", max_length=64, help_text="不计空白和标点。", db_index=True)
    simhash = models.BigIntegerField("相似值")
    bands = ArrayField(models.IntegerField(), verbose_name="相似值分段", size=4)
    title = models.CharField("标题", max_length=500)
    number = models.CharField("发文字号", max_length=100, blank=True)
    agencies = ArrayField(models.CharField(max_length=100), verbose_name="发文机关", default=list, blank=True)
    written_on = models.DateField("成文日期", null=True, blank=True)
    released_on = models.DateField("发布日期", null=True, blank=True)
    revised_on = models.DateField("最近修订日期", null=True, blank=True)
    effective_on = models.DateField("施行日期", null=True, blank=True)
    expires_on = models.DateField("失效日期（含）", null=True, blank=True)
    level = models.CharField("层级", max_length=8, blank=True)
    topic = models.CharField("主题分类", max_length=100, blank=True)
    kind = models.CharField("文种", max_length=8, blank=True)
    index_number = models.CharField("索引号", max_length=100, blank=True)
    evidence = models.JSONField("采信依据", default=dict, help_text="字段名到值、原句、位置、可信度和不同的说法。")
    warnings = ArrayField(models.TextField(), verbose_name="核对提示", default=list, blank=True)
    taken_at = models.DateTimeField("取得时间")

    class Meta:
        """Numbered from one within a document; the same text is one version."""

        verbose_name = verbose_name_plural = "文件版本"
        ordering = ("document", "ordinal")
        constraints = [
            models.UniqueConstraint(name="policies_collected_numbered_once", fields=["document", "ordinal"]),
            models.UniqueConstraint(name="policies_collected_text_once", fields=["document", "digest"]),
        ]
        indexes = [GinIndex(name="policies_collected_bands", fields=["bands"])]

    def __str__(self) -> str:
        """Return the title and the ordinal."""
        return f"{self.title} v{self.ordinal}"


class Origin(models.Model):
    """An address a document was found at (文件出处), what it shows now, and what it said of itself last time."""

    address = models.CharField("出处地址", max_length=1000, primary_key=True)
    publisher = models.CharField("发布网站", max_length=100, blank=True)
    document = models.ForeignKey(CollectedDocument, models.CASCADE, verbose_name="政策文件", related_name="origins")
    version = models.ForeignKey(CollectedVersion, models.CASCADE, verbose_name="所示版本", related_name="origins")
    original = models.ForeignKey(Original, models.PROTECT, verbose_name="原件", related_name="origins")
    etag = models.CharField("实体标签", max_length=200, blank=True)
    last_modified = models.CharField("服务器所称修改时间", max_length=100, blank=True)
    first_seen_at = models.DateTimeField("首次收到时间")
    seen_at = models.DateTimeField("最近核对时间")
    changed_at = models.DateTimeField("最近变化时间")

    class Meta:
        """Listed by when they were first seen; never seen before that."""

        verbose_name = verbose_name_plural = "文件出处"
        ordering = ("first_seen_at", "address")
        constraints = [
            models.CheckConstraint(name="policies_origin_seen_in_order", condition=Q(seen_at__gte=F("first_seen_at")))
        ]

    def __str__(self) -> str:
        """Return the address."""
        return self.address


class DocumentRelation(models.Model):
    """What a document does to another (文件关系): by name and number as it says, and the known document meant."""

    KINDS = (
        (RelationKind.AMENDS.value, "修改"),
        (RelationKind.REPEALS.value, "废止"),
        (RelationKind.IMPLEMENTS.value, "依据"),
        (RelationKind.INTERPRETS.value, "解读"),
        (RelationKind.AMENDED_BY.value, "被修改"),
    )

    document = models.ForeignKey(CollectedDocument, models.CASCADE, verbose_name="政策文件", related_name="relations")
    kind = models.CharField("关系", max_length=16, choices=KINDS)
    title = models.CharField("所指标题", max_length=500, blank=True)
    title_key = models.CharField("所指标题比对值", max_length=500, blank=True, db_index=True)
    number = models.CharField("所指发文字号", max_length=100, blank=True, db_index=True)
    target = models.ForeignKey(
        CollectedDocument, models.SET_NULL, null=True, blank=True, verbose_name="所指文件", related_name="related_from"
    )
    evidence = models.TextField("原句")
    confidence = models.FloatField("可信度")

    class Meta:
        """Each once; it names something."""

        verbose_name = verbose_name_plural = "文件关系"
        ordering = ("document", "kind", "pk")
        constraints = [
            models.UniqueConstraint(name="policies_relation_once", fields=["document", "kind", "title_key", "number"]),
            models.CheckConstraint(name="policies_relation_names_something", condition=~Q(title="", number="")),
        ]

    def __str__(self) -> str:
        """Return what it does to what."""
        return f"{self.get_kind_display()}：{self.title or self.number}"


class CollectionTrouble(models.Model):
    """Something that could not be collected (采集问题), and why; the original is kept where there is one to read."""

    REASONS = tuple((reason.value, LABELS[reason]) for reason in Reason)

    visit = models.ForeignKey(Visit, models.CASCADE, verbose_name="采集批次", related_name="troubles")
    address = models.CharField("问题地址", max_length=1000)
    publisher = models.CharField("发布网站", max_length=100, blank=True)
    reason = models.CharField("原因", max_length=16, choices=REASONS)
    words = models.TextField("说明")
    original = models.ForeignKey(
        Original, models.PROTECT, null=True, blank=True, verbose_name="原件", related_name="troubles"
    )
    met_at = models.DateTimeField("遇到时间")
    settled_at = models.DateTimeField("处理时间", null=True, blank=True)
    settled_by = models.CharField("处理人", max_length=200, blank=True)

    class Meta:
        """The newest first; an address has one open trouble of a kind."""

        verbose_name = verbose_name_plural = "采集问题"
        ordering = ("-met_at", "-pk")
        constraints = [
            models.UniqueConstraint(
                name="policies_trouble_open_once", fields=["address", "reason"], condition=Q(settled_at=None)
            ),
            models.CheckConstraint(
                name="policies_trouble_settled_by_somebody",
                condition=Q(settled_at=None, settled_by="") | (Q(settled_at__isnull=False) & ~Q(settled_by="")),
            ),
        ]

    def __str__(self) -> str:
        """Return the address and the reason."""
        return f"{self.address}：{self.get_reason_display()}"
