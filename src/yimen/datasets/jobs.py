"""What is done about datasets by the clock."""

from django.utils import timezone

from yimen.core import jobs
from yimen.datasets.services import quality


@jobs.regularly(every_s=60.0)
def mark_died_runs() -> int:
    """Mark quality runs whose process was killed."""
    return quality.mark_died(at=timezone.now())
