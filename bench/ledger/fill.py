"""Fill a ledger with rows that are waiting for their seal: `python -m bench.ledger.fill --rows N`."""

import argparse
import os
import sys
from uuid import uuid4

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yimen.config.settings")
django.setup()

from django.utils import timezone  # noqa: E402 - Django first

from yimen.ledger import services  # noqa: E402
from yimen.ledger.logic import Purpose  # noqa: E402
from yimen.ledger.models import Entry  # noqa: E402
from yimen.parties.logic import Actor  # noqa: E402

AT_ONCE = 3000
BY = Actor("system", "bench", "市数据局（测速）", "11440300MB2X015258")


def fill(count: int) -> None:
    """Write so many rows, as an act writes them, many in one statement."""
    while count > 0:
        now, some = timezone.now(), min(count, AT_ONCE)
        purpose = Purpose("bench", "测速", uuid4())
        Entry.objects.bulk_create(
            services.act(
                actor=BY, action="bench.row", subject=uuid4(), purpose=purpose, at=now, details={"place": place}
            )
            for place in range(some)
        )
        count -= some


def main() -> int:
    """Fill."""
    parser = argparse.ArgumentParser(prog="python -m bench.ledger.fill", description=__doc__)
    parser.add_argument("--rows", type=int, required=True)
    fill(parser.parse_args().rows)
    return 0


if __name__ == "__main__":
    sys.exit(main())
