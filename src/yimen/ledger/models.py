"""The one table of the ledger. The database itself refuses to change, drop or truncate its rows."""

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models

REFUSE_TRUNCATE = """
    IF current_database() LIKE 'test\\_%' THEN
        RETURN NULL;  -- test databases are emptied between tests, and hold nobody's data
    END IF;
    RAISE EXCEPTION 'ledger rows are only ever added';
"""


class Entry(models.Model):
    """One read or act (留痕): who, whose, which dataset and fields, for which case, why, with what result."""

    class Kind(models.TextChoices):
        """Whether data were read or something was done."""

        READ = "READ", "读取"
        ACT = "ACT", "办理"

    class Result(models.TextChoices):
        """How a read ended."""

        OK = "OK", "已读取"
        ABSENT = "ABSENT", "没有记录"
        SILENT = "SILENT", "对方没有响应"
        INVALID = "INVALID", "数据有误"
        REFUSED = "REFUSED", "没有授权，未读取"

    kind = models.CharField("留痕类型", max_length=8, choices=Kind)
    action = models.CharField("动作", max_length=40, help_text="如 dataset.read、case.decided。")
    recorded_at = models.DateTimeField("发生时间")
    actor_kind = models.CharField("操作主体类型", max_length=16)
    actor_id = models.CharField("操作主体标识", max_length=64)
    actor_label = models.CharField("操作主体", max_length=200)
    actor_agency = models.CharField("操作部门", max_length=18, blank=True)
    subject = models.UUIDField("数据主体")
    dataset = models.CharField("数据资源", max_length=100, blank=True)
    fields = ArrayField(models.CharField(max_length=120), verbose_name="字段", default=list)
    item = models.CharField("事项标识", max_length=100, blank=True)
    case_id = models.UUIDField("办件", null=True)
    purpose = models.CharField("用途", max_length=300)
    result = models.CharField("读取结果", max_length=16, choices=Result, default=Result.OK)
    details = models.JSONField("补充", default=dict)
    digest = models.CharField("SHA-256 摘要", max_length=64)

    class Meta:
        """Rows are found by whose data they concern, and by case."""

        verbose_name = verbose_name_plural = "留痕"
        indexes = [
            models.Index(fields=["subject", "-recorded_at"], name="ledger_of_subject"),
            models.Index(fields=["case_id"], name="ledger_of_case"),
            models.Index(fields=["action"], name="ledger_by_action"),
        ]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
            pgtrigger.Trigger(
                name="no_truncate",
                level=pgtrigger.Statement,
                when=pgtrigger.Before,
                operation=pgtrigger.Truncate,
                func=REFUSE_TRUNCATE,
            ),
        ]

    def __str__(self) -> str:
        """Return what was done, without whose data it was."""
        return f"{self.action} {self.pk}"
