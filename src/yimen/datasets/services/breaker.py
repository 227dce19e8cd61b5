"""The breaker before each connection (熔断): a system that is down is left alone, and costs nobody its time-out.

After `FAILURES` failures in a row the connection is paused, for a few seconds at first and then for longer and longer;
then one call, in one process, tries whether the system is back. The state is one row shared by all processes, its times
those of the database's clock; a process looks at it once a second, and writes down a success only now and then.
"""

from dataclasses import dataclass

from yimen.core import memo, pipeline
from yimen.core.memo import remembered
from yimen.datasets.sources import Silent, Trouble

FAILURES = 5
FIRST_PAUSE_S, LONGEST_PAUSE_S = 5, 300
PROBE_S = 40
"""How long a trial may take before another may be made; whoever began it may have died. Longer than any time-out."""
COUNTED = frozenset({Trouble.UNREACHABLE, Trouble.TIMED_OUT, Trouble.NOT_LET_IN, Trouble.FAILING})
WRITTEN_EVERY_S = 10

STATE = """
SELECT breaker <> 'CLOSED', consecutive_failures, coalesce(retry_at <= clock_timestamp(), true),
       last_success_at IS NULL OR last_success_at < clock_timestamp() - make_interval(secs => %s::float)
FROM datasets_sourcehealth WHERE connection = %s
"""
CLAIM = """
UPDATE datasets_sourcehealth SET breaker = 'HALF_OPEN', retry_at = clock_timestamp() + make_interval(secs => %s::float)
WHERE connection = %s AND breaker <> 'CLOSED' AND retry_at <= clock_timestamp() RETURNING 1
"""
SUCCESS = """
INSERT INTO datasets_sourcehealth AS h
    (connection, last_success_at, reason, consecutive_failures, latency_ms, breaker)
VALUES (%s, clock_timestamp(), '', 0, %s::float, 'CLOSED')
ON CONFLICT (connection) DO UPDATE SET
    last_success_at = clock_timestamp(), consecutive_failures = 0, breaker = 'CLOSED', retry_at = NULL,
    latency_ms = CASE WHEN h.latency_ms IS NULL THEN excluded.latency_ms
                      ELSE 0.8 * h.latency_ms + 0.2 * excluded.latency_ms END
RETURNING 1
"""
# Whatever was under way when the breaker opened fails too: it counts no further, or the pause would grow at once.
FAILURE = """
INSERT INTO datasets_sourcehealth AS h
    (connection, last_failure_at, reason, consecutive_failures, breaker)
VALUES (%s, clock_timestamp(), %s, 1, 'CLOSED')
ON CONFLICT (connection) DO UPDATE SET
    last_failure_at = clock_timestamp(), reason = excluded.reason,
    consecutive_failures = h.consecutive_failures + 1,
    breaker = CASE WHEN h.breaker <> 'CLOSED' OR h.consecutive_failures + 1 >= %s::int THEN 'OPEN' ELSE 'CLOSED' END,
    retry_at = CASE WHEN h.breaker <> 'CLOSED' OR h.consecutive_failures + 1 >= %s::int
        THEN clock_timestamp() + make_interval(secs => least(%s::float,
             %s::float * power(2, least(10, greatest(0, h.consecutive_failures + 1 - %s::int)))))
        END
WHERE h.breaker = 'CLOSED' OR %s::boolean
RETURNING 1
"""


@dataclass(slots=True)
class _State:
    """What this process last saw. `is_due` where a success is worth writing down again."""

    is_open: bool
    failures: int
    may_try: bool
    is_due: bool


@dataclass(frozen=True, slots=True)
class Pass:
    """Leave to ask; `is_trial` where it is the one call that finds out whether the system is back."""

    connection: str
    is_trial: bool


@remembered
def _state(connection: str) -> _State:
    row = pipeline.ask_now(STATE, [WRITTEN_EVERY_S, connection])
    if row is None:
        return _State(is_open=False, failures=0, may_try=True, is_due=True)
    is_open, failures, may_try, is_due = row
    assert isinstance(failures, int)
    return _State(bool(is_open), failures, bool(may_try), bool(is_due))


def enter(connection: str) -> Pass:
    """Return leave to ask the system behind this connection.

    Raises:
        Silent: it is paused, and nobody asked it.
    """
    state = _state(connection)
    if not state.is_open:
        return Pass(connection, is_trial=False)
    if state.may_try and pipeline.ask_now(CLAIM, [PROBE_S, connection]) is not None:
        return Pass(connection, is_trial=True)
    state.may_try = False  # for the rest of this second
    raise Silent("paused", Trouble.PAUSED)


def succeeded(leave: Pass, *, latency_ms: float) -> None:
    """Write down that it answered; what it answered is another matter."""
    state = _state(leave.connection)
    if state.is_due or state.failures or leave.is_trial:
        pipeline.ask_now(SUCCESS, [leave.connection, latency_ms])
        state.is_due, state.failures, state.is_open = False, 0, False


def failed(leave: Pass, why: Trouble) -> None:
    """Write down that it did not answer; with the last of several in a row it is paused."""
    counted = why in COUNTED
    if not counted and not leave.is_trial:
        return
    values = [leave.connection, why.value, FAILURES, FAILURES, LONGEST_PAUSE_S, FIRST_PAUSE_S, FAILURES, leave.is_trial]
    pipeline.ask_now(FAILURE, values)
    memo.forget()
