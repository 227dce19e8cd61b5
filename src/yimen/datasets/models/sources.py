"""Departments' systems, how they fare, and how fresh what they give is (数据源)."""

from django.db import models
from django.db.models import Q


class SourceSystem(models.Model):
    """A department's system and how to reach it (数据源系统).

    The secret is sealed (`core.vault`), opened only to connect, and never shown; `secret_key_id` says with which key.
    """

    class Kind(models.TextChoices):
        """How it is asked."""

        SQL = "sql", "数据库"
        REST = "rest", "服务接口"
        FILE = "file", "文件投递目录"

    class Auth(models.TextChoices):
        """How we say who we are."""

        NONE = "NONE", "不需要"
        PASSWORD = "PASSWORD", "用户名和密码"
        API_KEY = "API_KEY", "接口密钥"
        OAUTH2 = "OAUTH2", "OAuth 2.0 客户端凭证"

    name = models.SlugField("连接名", max_length=60, primary_key=True)
    title = models.CharField("系统名称", max_length=100)
    agency = models.ForeignKey("parties.Agency", models.PROTECT, verbose_name="所属部门", related_name="sources")
    kind = models.CharField("类型", max_length=8, choices=Kind)
    url = models.CharField("地址", max_length=500, help_text="不含用户名和密码。")
    auth = models.CharField("认证方式", max_length=16, choices=Auth, default=Auth.NONE)
    login = models.CharField("用户名或客户端标识", max_length=200, blank=True)
    secret = models.BinaryField("密码或密钥（密文）", null=True, blank=True)
    secret_key_id = models.CharField("加密密钥编号", max_length=16, blank=True)
    key_header = models.CharField("密钥请求头", max_length=60, default="X-Api-Key")
    token_url = models.CharField("令牌地址", max_length=500, blank=True)
    scope = models.CharField("令牌范围", max_length=200, blank=True)
    timeout_s = models.FloatField("时限（秒）", default=2.0)
    is_active = models.BooleanField("是否启用", default=True)
    changed_at = models.DateTimeField("最近修改时间")

    class Meta:
        """Named in Chinese, listed by name; a secret has the key it was sealed with."""

        verbose_name = verbose_name_plural = "数据源系统"
        ordering = ("name",)
        constraints = [
            models.CheckConstraint(
                name="datasets_source_secret_has_key",
                condition=Q(secret=None, secret_key_id="") | (Q(secret__isnull=False) & ~Q(secret_key_id="")),
            )
        ]

    def __str__(self) -> str:
        """Return the title."""
        return self.title


class SourceHealth(models.Model):
    """How a connection fares (数据源健康状况): one row shared by all processes, and the state of its breaker.

    It is kept by the connection's name, so that connections set in the environment have one too. Its times are those
    of the database's clock.
    """

    class Breaker(models.TextChoices):
        """Whether it is asked at all (熔断状态)."""

        CLOSED = "CLOSED", "正常访问"
        OPEN = "OPEN", "暂停访问"
        HALF_OPEN = "HALF_OPEN", "正在试探"

    class Reason(models.TextChoices):
        """Why it failed last, in plain classes."""

        UNREACHABLE = "UNREACHABLE", "连不上"
        TIMED_OUT = "TIMED_OUT", "没有在时限内回答"
        NOT_LET_IN = "NOT_LET_IN", "用户名、密码或密钥不被接受"
        FAILING = "FAILING", "对方系统出错"
        INCOMPLETE = "INCOMPLETE", "没有收到完整的文件"

    connection = models.SlugField("连接名", max_length=60, primary_key=True)
    last_success_at = models.DateTimeField("最近成功时间", null=True, blank=True)
    last_failure_at = models.DateTimeField("最近失败时间", null=True, blank=True)
    reason = models.CharField("最近失败原因", max_length=16, choices=Reason, blank=True)
    consecutive_failures = models.PositiveIntegerField("连续失败次数", default=0)
    latency_ms = models.FloatField("回答用时（毫秒）", null=True, blank=True)
    breaker = models.CharField("熔断状态", max_length=16, choices=Breaker, default=Breaker.CLOSED)
    retry_at = models.DateTimeField("下次试探时间", null=True, blank=True)

    class Meta:
        """Named in Chinese."""

        verbose_name = verbose_name_plural = "数据源健康状况"

    def __str__(self) -> str:
        """Return the connection's name."""
        return self.connection


class Freshness(models.Model):
    """How fresh a dataset is, and whether it still looks as it was registered (数据新鲜度)."""

    dataset = models.OneToOneField("datasets.Dataset", models.CASCADE, primary_key=True, verbose_name="数据资源")
    newest_as_of = models.DateTimeField("所见最新的数据时间", null=True, blank=True)
    seen_at = models.DateTimeField("最近读到的时间", null=True, blank=True)
    columns = models.JSONField("登记时的列", default=dict, help_text="列名 → 类型。", blank=True)
    trouble = models.TextField("结构变化", blank=True, help_text="数据源的列与登记不符时，写明不符之处。")
    trouble_at = models.DateTimeField("发现变化的时间", null=True, blank=True)

    class Meta:
        """Named in Chinese."""

        verbose_name = verbose_name_plural = "数据新鲜度"

    def __str__(self) -> str:
        """Return the dataset's code."""
        return self.dataset_id
