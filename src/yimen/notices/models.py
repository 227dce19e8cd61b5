"""Notices, how somebody wants to have them, and what was sent where with which answer (消息、接收设置、送达)."""

from datetime import time
from uuid import uuid4

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

QUIET_FROM, QUIET_UNTIL = time(22), time(8)
"""Quiet hours of whoever never said otherwise."""


class Cadence(models.TextChoices):
    """How often what is new is sent outward, in one message (汇总周期)."""

    AT_ONCE = "AT_ONCE", "有新消息就发"
    DAILY = "DAILY", "每天一次，上午 9 点"
    WEEKLY = "WEEKLY", "每周一次，星期一上午 9 点"


class Preference(models.Model):
    """How a party wants to have its notices (接收设置); whoever never said so has the defaults of this table."""

    recipient = models.OneToOneField("parties.Party", models.CASCADE, verbose_name="接收人", related_name="+")
    cadence = models.CharField("汇总周期", max_length=16, choices=Cadence, default=Cadence.DAILY)
    quiet_from = models.TimeField("免打扰起", null=True, blank=True, default=QUIET_FROM, help_text="北京时间。")
    quiet_until = models.TimeField("免打扰止", null=True, blank=True, default=QUIET_UNTIL)
    topics_off = ArrayField(
        models.CharField(max_length=40), verbose_name="关闭的主题", default=list, blank=True, help_text="只留在站内。"
    )
    changed_at = models.DateTimeField("最近修改时间")

    class Meta:
        """Quiet hours have both ends or none."""

        verbose_name = verbose_name_plural = "接收设置"
        constraints = [
            models.CheckConstraint(
                name="notices_quiet_has_both_ends",
                condition=Q(quiet_from=None, quiet_until=None) | Q(quiet_from__isnull=False, quiet_until__isnull=False),
            )
        ]

    def __str__(self) -> str:
        """Return how often."""
        return self.get_cadence_display()


class Channel(models.Model):
    """A way out of the house to a party (消息通道). The address is sealed (`core.vault`), opened only to send.

    Used from `confirmed_at` on: whoever typed the address has also read the code that was sent there. `stopped_at` is
    set where it refused for good, `removed_at` where its owner took it away; what was sent through it stays explained.
    """

    class Kind(models.TextChoices):
        """What stands at the other end."""

        WECOM = "wecom", "企业微信群机器人"
        DINGTALK = "dingtalk", "钉钉群机器人"
        FEISHU = "feishu", "飞书群机器人"
        MAIL = "mail", "电子邮箱"
        WEBHOOK = "webhook", "网址推送（JSON）"
        BARK = "bark", "Bark"

    id = models.UUIDField("通道标识", primary_key=True, default=uuid4, editable=False)
    recipient = models.ForeignKey("parties.Party", models.CASCADE, verbose_name="接收人", related_name="+")
    kind = models.CharField("通道类型", max_length=16, choices=Kind)
    address = models.BinaryField("地址（密文）")
    address_key_id = models.CharField("加密密钥编号", max_length=16)
    label = models.CharField("显示名称", max_length=100, help_text="认得出是哪一个，不含密钥和完整地址。")
    added_at = models.DateTimeField("添加时间")
    code_digest = models.CharField("验证码摘要", max_length=64, blank=True)
    code_sent_at = models.DateTimeField("验证码发送时间", null=True, blank=True)
    code_tries = models.PositiveSmallIntegerField("验证码试过次数", default=0)
    trouble = models.CharField("最近的问题", max_length=200, blank=True)
    confirmed_at = models.DateTimeField("确认时间", null=True, blank=True)
    stopped_at = models.DateTimeField("停用时间", null=True, blank=True)
    removed_at = models.DateTimeField("移除时间", null=True, blank=True)

    class Meta:
        """Named in Chinese, in the order they were added."""

        verbose_name = verbose_name_plural = "消息通道"
        ordering = ("added_at", "pk")
        indexes = [
            models.Index(
                fields=["recipient"],
                name="notices_channels_in_use",
                condition=Q(confirmed_at__isnull=False, stopped_at=None, removed_at=None),
            )
        ]

    def __str__(self) -> str:
        """Return the label, never the address."""
        return self.label


class Digest(models.Model):
    """What is sent outward to a party in one period, as one message (消息汇总); composed once."""

    id = models.UUIDField("汇总标识", primary_key=True, default=uuid4, editable=False)
    recipient = models.ForeignKey("parties.Party", models.PROTECT, verbose_name="接收人", related_name="+")
    period = models.CharField("周期", max_length=24, help_text="如 2026-11-25、2026-W48。")
    composed_at = models.DateTimeField("汇总时间")

    class Meta:
        """One a recipient and period, by the database's word."""

        verbose_name = verbose_name_plural = "消息汇总"
        constraints = [models.UniqueConstraint(name="notices_digest_once", fields=["recipient", "period"])]

    def __str__(self) -> str:
        """Return the period."""
        return self.period


class Notice(models.Model):
    """One thing a party is told (消息), in the inbox from the moment it is written; the same `key` never twice.

    `settled_at` says that it was looked at for a digest; `digest` in which one it went out, None where it stays inside.
    """

    id = models.UUIDField("消息标识", primary_key=True, default=uuid4, editable=False)
    recipient = models.ForeignKey("parties.Party", models.PROTECT, verbose_name="接收人", related_name="+")
    key = models.CharField("唯一标识", max_length=300, unique=True, help_text="同一标识只发一次。")
    topic = models.CharField("主题", max_length=40)
    about = models.CharField("所指", max_length=200, blank=True, help_text="事项或其他标识，由上层解释。")
    title = models.CharField("标题", max_length=200, help_text="会发到站外，不含个人信息。")
    body = models.TextField("正文", blank=True)
    reason = models.CharField("为什么收到", max_length=500, blank=True)
    link = models.CharField("链接", max_length=300, blank=True, help_text="本站内的地址，以 / 开头。")
    made_at = models.DateTimeField("发出时间")
    settled_at = models.DateTimeField("汇总处理时间", null=True, blank=True)
    digest = models.ForeignKey(
        Digest, models.PROTECT, null=True, blank=True, verbose_name="消息汇总", related_name="notices"
    )
    read_at = models.DateTimeField("首次打开时间", null=True, blank=True)

    class Meta:
        """Newest first; a link leads nowhere but into this site."""

        verbose_name = verbose_name_plural = "消息"
        ordering = ("-made_at", "pk")
        constraints = [
            models.CheckConstraint(name="notices_link_is_ours", condition=Q(link="") | Q(link__startswith="/")),
            models.CheckConstraint(
                name="notices_sent_is_settled", condition=Q(digest=None) | Q(settled_at__isnull=False)
            ),
        ]
        indexes = [
            models.Index(fields=["recipient", "-made_at"], name="notices_inbox"),
            models.Index(fields=["recipient"], name="notices_unread", condition=Q(read_at=None)),
            models.Index(fields=["recipient", "made_at"], name="notices_pending", condition=Q(settled_at=None)),
        ]

    def __str__(self) -> str:
        """Return the topic: the title may tell something of its recipient."""
        return self.topic


class Delivery(models.Model):
    """A digest on its way through one channel (送达). By its identifier the other end knows a repetition."""

    class Status(models.TextChoices):
        """How far it is. UNCLEAR: it may have arrived, and cannot be repeated without arriving twice."""

        WAITING = "WAITING", "待发送"
        SENDING = "SENDING", "发送中"
        DELIVERED = "DELIVERED", "已送达"
        FAILED = "FAILED", "未送达"
        UNCLEAR = "UNCLEAR", "结果不明"

    id = models.UUIDField("送达标识", primary_key=True, default=uuid4, editable=False)
    digest = models.ForeignKey(Digest, models.PROTECT, verbose_name="消息汇总", related_name="deliveries")
    channel = models.ForeignKey(Channel, models.PROTECT, verbose_name="消息通道", related_name="deliveries")
    status = models.CharField("送达状态", max_length=16, choices=Status, default=Status.WAITING)
    due_at = models.DateTimeField("应发时间")
    ended_at = models.DateTimeField("结束时间", null=True, blank=True)

    class Meta:
        """One a digest and channel; what is over says when."""

        verbose_name = verbose_name_plural = "送达"
        constraints = [
            models.UniqueConstraint(name="notices_delivery_once", fields=["digest", "channel"]),
            models.CheckConstraint(
                name="notices_delivery_ended_has_time",
                condition=Q(status__in=["WAITING", "SENDING"], ended_at=None)
                | Q(status__in=["DELIVERED", "FAILED", "UNCLEAR"], ended_at__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], name="notices_deliveries_due", condition=Q(status="WAITING")),
            models.Index(fields=["id"], name="notices_deliveries_begun", condition=Q(status="SENDING")),
        ]

    def __str__(self) -> str:
        """Return how far it is."""
        return self.get_status_display()


class Attempt(models.Model):
    """One try to deliver (送达尝试), written before the other end is spoken to; without an end its sender died."""

    delivery = models.ForeignKey(Delivery, models.CASCADE, verbose_name="送达", related_name="attempts")
    number = models.PositiveSmallIntegerField("第几次")
    started_at = models.DateTimeField("开始时间")
    ended_at = models.DateTimeField("结束时间", null=True, blank=True)
    result = models.CharField("结果", max_length=16, blank=True)
    answer = models.CharField("对方的答复", max_length=200, blank=True, help_text="不含地址。")

    class Meta:
        """Numbered from one within a delivery."""

        verbose_name = verbose_name_plural = "送达尝试"
        ordering = ("delivery", "number")
        constraints = [models.UniqueConstraint(name="notices_attempt_once", fields=["delivery", "number"])]

    def __str__(self) -> str:
        """Return its number and result."""
        return f"{self.number} {self.result}"
