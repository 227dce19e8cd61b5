"""Licence types, licences as signed, and the public halves of the keys that signed them."""

from uuid import uuid4

from django.db import models
from django.db.models import F, Q, Value

ONE_PER_CASE = "licences_one_per_case"


class LicenceType(models.Model):
    """A kind of licence (证照目录), known by 21 characters: the defining body's credit code and three digits."""

    code = models.CharField("证照类型代码", max_length=21, primary_key=True)
    name = models.CharField("证照类型名称", max_length=100)
    agency = models.ForeignKey(
        "parties.Agency", models.PROTECT, verbose_name="证照定义机构", related_name="licence_types"
    )
    valid_months = models.PositiveIntegerField("有效期（月）", null=True, blank=True, help_text="空为长期有效。")
    face = models.JSONField("照面信息项", default=list)
    colour = models.CharField("卡面颜色", max_length=20, default="brand")

    class Meta:
        """Named in Chinese, listed by code."""

        verbose_name = verbose_name_plural = "证照类型"
        ordering = ("code",)

    def __str__(self) -> str:
        """Return the name."""
        return self.name


class SigningKey(models.Model):
    """The public half of a key licences are signed with (签名公钥). The private half is never in the database."""

    id = models.CharField("密钥标识", max_length=64, primary_key=True)
    algorithm = models.CharField("算法", max_length=20, default="Ed25519")
    public_key = models.CharField("公钥（Base64）", max_length=200)
    created_at = models.DateTimeField("启用时间")
    retired_at = models.DateTimeField("停用时间", null=True, blank=True, help_text="此前签发的证照仍可核验。")

    class Meta:
        """Named in Chinese; used before it is retired."""

        verbose_name = verbose_name_plural = "签名密钥"
        constraints = [
            models.CheckConstraint(
                name="licences_key_retired_after_use",
                condition=Q(retired_at=None) | Q(retired_at__gte=F("created_at")),
            )
        ]

    def __str__(self) -> str:
        """Return the key's identifier."""
        return self.id


class Licence(models.Model):
    """One licence as issued and signed (电子证照). Whether it has expired is computed when read, never stored."""

    class Status(models.TextChoices):
        """What has become of it (证照状态)."""

        ISSUED = "ISSUED", "有效"
        SUSPENDED = "SUSPENDED", "暂扣"
        CHANGED = "CHANGED", "已变更"
        CANCELLED = "CANCELLED", "注销"
        REVOKED = "REVOKED", "吊销"
        WITHDRAWN = "WITHDRAWN", "撤销"

    id = models.UUIDField("证照记录标识", primary_key=True, default=uuid4, editable=False)
    identifier = models.CharField("电子证照标识", max_length=150, unique=True)
    type = models.ForeignKey(LicenceType, models.PROTECT, verbose_name="证照类型", related_name="licences")
    version = models.CharField("证照版本号", max_length=3, default="001")
    holder = models.ForeignKey("parties.Party", models.PROTECT, verbose_name="持证主体", related_name="licences")
    holder_name = models.CharField("持证主体名称", max_length=200, db_default="", help_text="颁发时的姓名或名称。")
    issuer = models.ForeignKey(
        "parties.Agency", models.PROTECT, verbose_name="证照颁发机构", related_name="issued_licences"
    )
    issued_at = models.DateTimeField("颁发时间")
    valid_from = models.DateField("有效期起始日期")
    valid_until = models.DateField("有效期截止日期", null=True, blank=True, help_text="最后有效的一天；空为长期。")
    status = models.CharField("证照状态", max_length=16, choices=Status, default=Status.ISSUED)
    status_reason = models.CharField("变更原因", max_length=300, blank=True)
    item = models.CharField("关联事项", max_length=100, db_default="")
    face = models.JSONField("照面信息", db_default=Value({}, models.JSONField()))
    document = models.BinaryField("签名原文", help_text="RFC 8785 规范化 JSON。")
    signature = models.BinaryField("数字签名")
    key = models.ForeignKey(SigningKey, models.PROTECT, verbose_name="签名密钥", related_name="licences")
    case_id = models.UUIDField("来源办件")
    verification_code = models.CharField("核验码", max_length=43, unique=True)

    class Meta:
        """At most one licence a case; signed, and valid from the day it begins."""

        verbose_name = verbose_name_plural = "电子证照"
        constraints = [
            models.UniqueConstraint(name=ONE_PER_CASE, fields=["case_id"]),
            models.CheckConstraint(
                name="licences_valid_until_after_from",
                condition=Q(valid_until=None) | Q(valid_until__gte=F("valid_from")),
            ),
            models.CheckConstraint(name="licences_is_signed", condition=~Q(signature=b"") & ~Q(document=b"")),
            models.CheckConstraint(name="licences_version_three_digits", condition=Q(version__regex=r"^\d{3}$")),
            # Written out: a class body does not see Status from inside Meta.
            models.CheckConstraint(
                name="licences_status_known",
                condition=Q(status__in=["ISSUED", "SUSPENDED", "CHANGED", "CANCELLED", "REVOKED", "WITHDRAWN"]),
            ),
            models.CheckConstraint(
                name="licences_change_has_reason", condition=Q(status="ISSUED") | ~Q(status_reason="")
            ),
        ]
        indexes = [models.Index(fields=["holder", "-issued_at"], name="licences_of_holder")]

    def __str__(self) -> str:
        """Return the identifier."""
        return self.identifier
