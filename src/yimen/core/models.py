"""The outbox: news written down in the transaction it belongs to, put into the queue afterwards."""

from django.db import models


class Outbox(models.Model):
    """A job to be queued (待发任务).

    Queueing notifies the workers, and PostgreSQL lets only one transaction that notifies commit at a time; so a
    transaction that many run at once writes its jobs here, and the worker moves them into the queue.
    """

    job = models.CharField("任务名", max_length=100)
    arguments = models.JSONField("参数", default=dict)
    written_at = models.DateTimeField("写入时间", auto_now_add=True)

    class Meta:
        """Named in Chinese."""

        verbose_name = verbose_name_plural = "待发任务"

    def __str__(self) -> str:
        """Return the job's name."""
        return self.job
