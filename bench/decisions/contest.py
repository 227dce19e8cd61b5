"""Contestants timed call by call in random order, and what each takes besides: to load, of the processor, of memory."""

import multiprocessing
import os
import random
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bench.decisions.material import Material, Row

LOADS = 5
COPIES = 10
WARM_UP = 100
SLOW_US = 200
"""A call that takes longer is made less often."""

Call = Callable[[Row], object]


@dataclass(frozen=True, slots=True)
class Contestant:
    """What decides: how it is loaded, the rows it is given, and how its answer is read (None: it is not checked)."""

    name: str
    load: Callable[[], Call]
    rows: Sequence[Row]
    read: Callable[[object], object] | None


@dataclass(slots=True)
class Figures:
    """What was measured of one contestant; times of calls in nanoseconds."""

    name: str
    load_ms: float = 0.0
    calls: list[int] = field(default_factory=list)
    cpu_us: float = 0.0
    memory_kib: float = 0.0
    problem: str = ""

    def percentile_us(self, share: float) -> float:
        """Return the time in microseconds within which this share of the calls ended."""
        ordered = sorted(self.calls)
        return ordered[min(int(len(ordered) * share), len(ordered) - 1)] / 1000


def held(material: Material, goal: str, contestants: Sequence[Contestant], *, calls: int) -> list[Figures]:
    """Return the figures of contestants on one goal; one that answers wrongly is not timed."""
    figures = [Figures(one.name) for one in contestants]
    ready: list[Call | None] = []
    for one, figure in zip(contestants, figures, strict=True):
        call = one.load()
        figure.problem = _checked(material, goal, one, call)
        ready.append(None if figure.problem else call)
        figure.load_ms = load_ms(one)
        figure.memory_kib = _memory_kib(one)
    _timed(contestants, ready, figures, calls)
    return figures


def _checked(material: Material, goal: str, one: Contestant, call: Call) -> str:
    if one.read is None:
        return ""
    for place, row in enumerate(one.rows):
        answer = one.read(call(row))
        if not material.is_right(goal, place, answer):
            return f"wrong on row {place + 1}: {answer!r}"
    return ""


def _timed(contestants: Sequence[Contestant], ready: list[Call | None], figures: list[Figures], calls: int) -> None:
    """Time the fast ones among each other, then the slow ones: these leave nothing in the caches for others."""
    fast, slow = list[int](), list[int]()
    for place, call in enumerate(ready):
        if call is None:
            continue
        rows = contestants[place].rows
        is_fast = _cpu_us(call, rows, WARM_UP) < SLOW_US
        figures[place].cpu_us = _cpu_us(call, rows, calls if is_fast else WARM_UP)
        (fast if is_fast else slow).extend([place] * (calls if is_fast else max(calls // 20, WARM_UP)))
    chance = random.Random(1)  # noqa: S311 - an order, no secret
    for order in (fast, slow):
        chance.shuffle(order)
        _called(order, contestants, ready, figures)


def _called(
    order: Sequence[int], contestants: Sequence[Contestant], ready: list[Call | None], figures: list[Figures]
) -> None:
    clock = time.perf_counter_ns
    for number, place in enumerate(order):
        call, rows = ready[place], contestants[place].rows
        assert call is not None
        row = rows[number % len(rows)]
        begun = clock()
        call(row)
        figures[place].calls.append(clock() - begun)


def _cpu_us(call: Call, rows: Sequence[Row], calls: int) -> float:
    begun = time.process_time_ns()
    for number in range(calls):
        call(rows[number % len(rows)])
    return (time.process_time_ns() - begun) / calls / 1000


def load_ms(one: Contestant) -> float:
    """Return the median processor time to load, the first call included where the contestant makes one."""
    times = []
    for _ in range(LOADS):
        begun = time.process_time()
        one.load()
        times.append((time.process_time() - begun) * 1000)
    return statistics.median(times)


def _memory_kib(one: Contestant) -> float:
    """Return what one more loaded copy takes of resident memory, seen in a child of this process."""
    context = multiprocessing.get_context("fork")
    near, far = context.Pipe(duplex=False)

    def measure() -> None:
        kept = [one.load()]
        before = _resident()
        for _ in range(COPIES):
            call = one.load()
            call(one.rows[0])
            kept.append(call)
        far.send((_resident() - before) / COPIES / 1024)
        far.close()

    child = context.Process(target=measure)
    child.start()
    far.close()
    try:
        return float(near.recv())
    except EOFError:
        return 0.0
    finally:
        child.join()


def _resident() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
