"""Asking again where that may help, and only within the time the dataset gives."""

import time
from collections.abc import Mapping, Sequence

from tenacity import (
    Retrying,
    retry_if_exception,
    stop_after_attempt,
    stop_any,
    stop_before_delay,
    wait_random_exponential,
)

from yimen.datasets.sources.base import RawRecord, Silent, Source

ATTEMPTS = 3
FIRST_WAIT_S, LONGEST_WAIT_S = 0.05, 0.4
LEAST_S = 0.05
"""What the last attempt is given at least."""


def read(
    source: Source, keys: Mapping[str, str], fields: Sequence[str], *, timeout_s: float, once: bool
) -> RawRecord | None:
    """Return what the source answers within this time, all attempts together.

    Reading changes nothing at the other side, so it may be done twice; it is, after a short wait of random length,
    where the line broke or a gateway was busy (`Silent.is_passing`). Whoever was too slow, or does not let us in, is
    not asked again. `once` is for trying whether a system that was down is back.

    Raises:
        Silent, Nonsense: as the source's last word.
    """
    until = time.monotonic() + timeout_s
    try:
        return source.read(keys, fields, timeout_s=timeout_s)
    except Silent as error:
        if once or not error.is_passing:
            raise
        failed = [error]

    def attempt() -> RawRecord | None:
        if failed:
            raise failed.pop()  # the first attempt was made above: nearly every read needs no more
        return source.read(keys, fields, timeout_s=max(LEAST_S, until - time.monotonic()))

    again = Retrying(
        stop=stop_any(stop_after_attempt(ATTEMPTS), stop_before_delay(max(0.0, until - time.monotonic()))),
        wait=wait_random_exponential(multiplier=FIRST_WAIT_S, max=LONGEST_WAIT_S),
        retry=retry_if_exception(lambda error: isinstance(error, Silent) and error.is_passing),
        reraise=True,
    )
    return again(attempt)
