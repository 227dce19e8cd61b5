"""The catalogue: datasets as they were registered, with their fields (数据资源目录)."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models


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

    class Status(models.TextChoices):
        """Where in its life it is. Only what is published can be granted anew."""

        DRAFT = "DRAFT", "草稿"
        SUBMITTED = "SUBMITTED", "待审核"
        PUBLISHED = "PUBLISHED", "已发布"
        RETIRED = "RETIRED", "已停用"

    class Category(models.TextChoices):
        """What kind of resource it is by nature (资源属性; 政务信息资源目录编制指南 2017)."""

        BASE = "BASE", "基础信息资源"
        THEME = "THEME", "主题信息资源"
        DEPARTMENT = "DEPARTMENT", "部门信息资源"

    class Format(models.TextChoices):
        """In which form it is held (信息资源格式)."""

        FILE = "1", "电子文件"
        SHEET = "2", "电子表格"
        DATABASE = "3", "数据库"
        IMAGE = "4", "图形图像"
        STREAM = "5", "流媒体"
        SELF_DESCRIBING = "6", "自描述格式"
        SERVICE = "7", "服务接口"

    class Cycle(models.TextChoices):
        """How often the department brings it up to date (更新周期)."""

        REALTIME = "REALTIME", "实时"
        DAILY = "DAILY", "每日"
        WEEKLY = "WEEKLY", "每周"
        MONTHLY = "MONTHLY", "每月"
        QUARTERLY = "QUARTERLY", "每季度"
        YEARLY = "YEARLY", "每年"
        ON_DEMAND = "ON_DEMAND", "按需"

    class Openness(models.TextChoices):
        """Whether the public may have it (开放属性). Sharing among departments is another thing."""

        UNCONDITIONAL = "UNCONDITIONAL", "无条件开放"
        CONDITIONAL = "CONDITIONAL", "有条件开放"
        CLOSED = "CLOSED", "不予开放"

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
    status = models.CharField("资源状态", max_length=16, choices=Status, default=Status.PUBLISHED)
    version = models.PositiveIntegerField("版本", default=1, help_text="字段或来源每变一次加一。")
    resource_code = models.CharField(
        "信息资源代码", max_length=60, blank=True, help_text="类、项、目、细目 / 顺序码，如 307001010/000001。"
    )
    local_code = models.CharField("本地代码", max_length=60, blank=True)
    abstract = models.TextField("摘要", blank=True)
    keywords = ArrayField(models.CharField(max_length=40), verbose_name="关键词", default=list, blank=True)
    category = models.CharField("资源属性", max_length=16, choices=Category, default=Category.DEPARTMENT)
    subject = models.CharField("所属库或主题", max_length=60, blank=True, help_text="如 人口、法人、社会保障。")
    format = models.CharField("资源格式", max_length=1, choices=Format, default=Format.DATABASE)
    sharing_condition = models.TextField("共享条件", blank=True, help_text="有条件共享的，写明条件。")
    legal_ground = models.TextField(
        "共享类型依据", blank=True, help_text="不予共享的，写明法律、行政法规或党中央文件。"
    )
    openness = models.CharField("开放属性", max_length=16, choices=Openness, default=Openness.CLOSED)
    update_cycle = models.CharField("更新周期", max_length=16, choices=Cycle, default=Cycle.ON_DEMAND)
    published_on = models.DateField("发布日期", null=True, blank=True)
    retired_on = models.DateField("停用日期", null=True, blank=True)
    contact = models.CharField("责任人", max_length=60, blank=True, help_text="岗位或姓名，对外可见。")
    contact_phone = models.CharField("责任人电话", max_length=40, blank=True)
    related = ArrayField(models.CharField(max_length=100), verbose_name="关联资源代码", default=list, blank=True)
    search = SearchVectorField("检索词", null=True, editable=False)

    class Meta:
        """Named in Chinese, listed by code."""

        verbose_name = verbose_name_plural = "数据资源"
        ordering = ("code",)
        indexes = (GinIndex(name="datasets_by_word", fields=["search"]),)

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
    element = models.CharField("数据元标识", max_length=60, blank=True)
    length = models.PositiveIntegerField("最大长度", null=True, blank=True, help_text="字符数；空为不限。")
    is_key = models.BooleanField("是否主键", default=False)
    is_required = models.BooleanField("是否必填", default=False)
    level = models.PositiveSmallIntegerField("敏感级别", default=2, help_text="1 一般，2 个人，3 敏感，4 极敏感。")
    sharing = models.CharField(
        "字段共享类型", max_length=16, choices=Dataset.Sharing, blank=True, help_text="空为与资源相同，只可更严。"
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
