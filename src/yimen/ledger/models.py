"""The tables of the ledger: its rows, and the seals on them. The database itself refuses to change or drop them."""

from datetime import UTC

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models

REFUSE_TRUNCATE = """
    IF current_database() LIKE 'test\\_%' THEN
        RETURN NULL;  -- test databases are emptied between tests, and hold nobody's data
    END IF;
    RAISE EXCEPTION 'ledger rows are only ever added';
"""


APPEND_ONLY = [
    pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
    pgtrigger.Trigger(
        name="no_truncate",
        level=pgtrigger.Statement,
        when=pgtrigger.Before,
        operation=pgtrigger.Truncate,
        func=REFUSE_TRUNCATE,
    ),
]


class Entry(models.Model):
    """One read or act (留痕): who, whose, which dataset and fields, for which case, why, with what result."""

    class Kind(models.TextChoices):
        """Whether one party's data were read, those of many at once, or something was done."""

        READ = "READ", "读取"
        ACT = "ACT", "办理"
        BATCH = "BATCH", "批量读取"

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
    subject = models.UUIDField(
        "数据主体", null=True, help_text="批量读取涉及许多主体，留空；details 中有全部主体的默克尔根。"
    )
    dataset = models.CharField("数据资源", max_length=100, blank=True)
    fields = ArrayField(models.CharField(max_length=120), verbose_name="字段", default=list)
    item = models.CharField("事项标识", max_length=100, blank=True)
    case_id = models.UUIDField("办件", null=True)
    purpose = models.CharField("用途", max_length=300)
    result = models.CharField("读取结果", max_length=16, choices=Result, default=Result.OK)
    details = models.JSONField("补充", default=dict)
    digest = models.CharField("SHA-256 摘要", max_length=64)

    class Meta:
        """Rows are found by whose data they concern, and by case; only a batch is about nobody in particular."""

        verbose_name = verbose_name_plural = "留痕"
        indexes = [
            models.Index(fields=["subject", "-recorded_at"], name="ledger_of_subject"),
            models.Index(fields=["case_id"], name="ledger_of_case"),
            models.Index(fields=["action"], name="ledger_by_action"),
            models.Index(fields=["-recorded_at"], name="ledger_batches", condition=models.Q(kind="BATCH")),
        ]
        constraints = [
            models.CheckConstraint(
                name="ledger_subject_unless_batch",
                condition=models.Q(kind="BATCH", subject=None) | (~models.Q(kind="BATCH") & ~models.Q(subject=None)),
            )
        ]
        triggers = APPEND_ONLY

    def __str__(self) -> str:
        """Return what was done, without whose data it was."""
        return f"{self.action} {self.pk}"


class Seal(models.Model):
    """A signed batch of rows, chained to the one before (封存批次).

    `root` is the Merkle root over its rows in order, `head` the digest of everything a seal says, which the next one
    repeats as `previous` (empty for the first). All are hexadecimal SHA-256.
    """

    number = models.BigIntegerField("批次序号", primary_key=True, help_text="从 1 起，逐一递增。")
    sealed_at = models.DateTimeField("封存时间")
    count = models.PositiveIntegerField("行数")
    last_entry = models.BigIntegerField("最大留痕编号")
    root = models.CharField("默克尔根", max_length=64)
    previous = models.CharField("上一批次的摘要", max_length=64, blank=True)
    head = models.CharField("本批次的摘要", max_length=64)
    public_key = models.CharField("签名公钥", max_length=64, help_text="Ed25519 原始公钥的 Base64。")
    signature = models.BinaryField("签名", max_length=64)

    class Meta:
        """Only ever added to."""

        verbose_name = verbose_name_plural = "封存批次"
        triggers = APPEND_ONLY

    def __str__(self) -> str:
        """Return its number."""
        return f"封存批次 {self.number}"

    @property
    def says(self) -> dict[str, object]:
        """Return what the seal says, as plain JSON: what its head is the digest of and its signature signs."""
        return {
            "count": self.count,
            "last_entry": self.last_entry,
            "number": self.number,
            "previous": self.previous,
            "root": self.root,
            "sealed_at": self.sealed_at.astimezone(UTC).isoformat(timespec="microseconds"),
        }


class SealedEntry(models.Model):
    """Which batch a row was sealed in, and its place there, counted from zero (批次成员).

    A table of its own, because a row that is committed late must still find its way into a later batch.
    """

    entry = models.OneToOneField(
        Entry,
        on_delete=models.PROTECT,
        primary_key=True,
        related_name="sealed",
        verbose_name="留痕",
        db_constraint=False,
    )
    seal = models.ForeignKey(Seal, on_delete=models.PROTECT, related_name="members", verbose_name="封存批次")
    place = models.PositiveIntegerField("位置")

    class Meta:
        """Only ever added to; no two rows in one place."""

        verbose_name = verbose_name_plural = "批次成员"
        constraints = [models.UniqueConstraint(fields=["seal", "place"], name="ledger_one_row_a_place")]
        triggers = APPEND_ONLY

    def __str__(self) -> str:
        """Return the row's number and its batch."""
        return f"留痕 {self.entry_id} 在批次 {self.seal_id}"
