"""Requests for a grant (共享申请): what is asked, what was answered field by field, and every step that was taken."""

from uuid import uuid4

import pgtrigger
from django.db import models
from django.db.models import F, Q

from yimen.datasets.models.granting import Basis


class GrantRequest(models.Model):
    """An agency's request to read a dataset for one purpose (共享申请; 政务数据共享条例)."""

    class PurposeKind(models.TextChoices):
        """What the data are for. Only an item or a policy has rules that say what is needed."""

        ITEM = "ITEM", "政务服务事项"
        POLICY = "POLICY", "政策"
        LEGAL = "LEGAL", "其他法定职责"

    class State(models.TextChoices):
        """Where it is: with the owner, with the bureau, or at its end."""

        WAITING = "WAITING", "待提供部门答复"
        DISPUTED = "DISPUTED", "待裁定"
        GRANTED = "GRANTED", "已同意"
        REFUSED = "REFUSED", "不同意"
        WITHDRAWN = "WITHDRAWN", "已撤回"

    id = models.UUIDField("申请标识", primary_key=True, default=uuid4, editable=False)
    dataset = models.ForeignKey("datasets.Dataset", models.PROTECT, verbose_name="数据资源", related_name="requests")
    grantee = models.ForeignKey(
        "parties.Agency", models.PROTECT, verbose_name="申请部门", related_name="grant_requests"
    )
    purpose_kind = models.CharField("用途类型", max_length=16, choices=PurposeKind)
    item = models.CharField("事项标识", max_length=100, help_text="事项、政策的标识；其他法定职责由申请部门命名。")
    item_title = models.CharField("事项名称", max_length=200)
    purpose = models.CharField("用途说明", max_length=300)
    legal_ground = models.CharField("法律依据", max_length=300, blank=True, help_text="法律、行政法规的名称和条款。")
    basis_kind = models.CharField("处理依据", max_length=16, choices=Basis)
    needs_consent = models.BooleanField("须经本人同意", default=False)
    valid_from = models.DateField("使用起始日期")
    valid_until = models.DateField("使用截止日期（不含）")
    limit_per_minute = models.PositiveIntegerField("每分钟次数上限", null=True, blank=True)
    limit_per_day = models.PositiveIntegerField("每日次数上限", null=True, blank=True)
    state = models.CharField("申请状态", max_length=16, choices=State, default=State.WAITING)
    requested_by = models.CharField("申请人账号", max_length=64)
    requested_by_label = models.CharField("申请人", max_length=200)
    requested_at = models.DateTimeField("申请时间")
    submission = models.CharField("提交标识", max_length=64, help_text="同一份提交重复到达只算一次。")
    due_on = models.DateField("当前期限", null=True, blank=True, help_text="含当日；办完后为空。")
    is_extended = models.BooleanField("已延期", default=False)
    flow_due_on = models.DateField(
        "供数期限", null=True, blank=True, help_text="同意之后数据应当通的最后一日，含当日。"
    )
    task_id = models.UUIDField("督办单", null=True, blank=True)
    closed_at = models.DateTimeField("办结时间", null=True, blank=True)

    class Meta:
        """A submission is kept once, one waits for a purpose; a period ends exclusively; what waits has a day."""

        verbose_name = verbose_name_plural = "共享申请"
        ordering = ("-requested_at", "pk")
        constraints = [
            models.UniqueConstraint(name="datasets_request_once", fields=["grantee", "submission"]),
            models.UniqueConstraint(
                name="datasets_request_open_once",
                fields=["dataset", "grantee", "item"],
                condition=Q(state__in=["WAITING", "DISPUTED"]),
            ),
            models.CheckConstraint(
                name="datasets_request_ends_after_start", condition=Q(valid_until__gt=F("valid_from"))
            ),
            models.CheckConstraint(
                name="datasets_request_waits_or_is_closed",
                condition=Q(state__in=["WAITING", "DISPUTED"], due_on__isnull=False, closed_at=None)
                | Q(state__in=["GRANTED", "REFUSED", "WITHDRAWN"], due_on=None, closed_at__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["state", "due_on"], name="datasets_requests_due")]

    def __str__(self) -> str:
        """Return what is asked for what."""
        return f"{self.dataset_id} → {self.item}"


class RequestedField(models.Model):
    """One field of a request, and the answer to it (申请字段)."""

    class Answer(models.TextChoices):
        """UNUSED is the platform's own: no rule of the item reads it, so it cannot be granted for it."""

        PENDING = "PENDING", "待答复"
        GRANTED = "GRANTED", "同意"
        REFUSED = "REFUSED", "不同意"
        UNUSED = "UNUSED", "规则不使用"

    request = models.ForeignKey(GrantRequest, models.CASCADE, verbose_name="共享申请", related_name="fields")
    name = models.CharField("字段名", max_length=100)
    answer = models.CharField("答复", max_length=16, choices=Answer, default=Answer.PENDING)
    legal_ground = models.CharField("不同意的法律依据", max_length=300, blank=True)
    is_arbitrated = models.BooleanField("经裁定", default=False)

    class Meta:
        """A field once a request; a refusal names its legal ground."""

        verbose_name = verbose_name_plural = "申请字段"
        ordering = ("pk",)
        constraints = [
            models.UniqueConstraint(name="datasets_requested_field_once", fields=["request", "name"]),
            models.CheckConstraint(
                name="datasets_refusal_has_ground", condition=~Q(answer="REFUSED") | ~Q(legal_ground="")
            ),
        ]

    def __str__(self) -> str:
        """Return the field's name."""
        return self.name


class GrantStep(models.Model):
    """A step taken on a request or a grant, in order (授权过程). Only ever added."""

    request = models.ForeignKey(
        GrantRequest, models.PROTECT, null=True, blank=True, verbose_name="共享申请", related_name="steps"
    )
    grant = models.ForeignKey(
        "datasets.Grant", models.PROTECT, null=True, blank=True, verbose_name="共享授权", related_name="steps"
    )
    made_at = models.DateTimeField("时间")
    actor_id = models.CharField("操作主体标识", max_length=64)
    actor_label = models.CharField("操作主体", max_length=200)
    action = models.CharField("动作", max_length=20, help_text="如 requested、answered、arbitrated、revoked。")
    words = models.TextField("说明", blank=True)

    class Meta:
        """In the order they were made; of a request or of a grant; never changed or dropped."""

        verbose_name = verbose_name_plural = "授权过程"
        ordering = ("made_at", "pk")
        constraints = [
            models.CheckConstraint(
                name="datasets_step_of_something",
                condition=Q(request__isnull=False) | Q(grant__isnull=False),
            )
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        """Return the action."""
        return self.action
