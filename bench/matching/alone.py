"""One enterprise beside all measures, with reasons: how long the slowest of many takes."""

import gc
import json
import sys
import time
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq

from bench.matching import material
from bench.matching.contestants import DAY
from yimen.policies import matching


def main() -> None:
    """Print percentiles in milliseconds as JSON: on the clock, and of the processor.

    The first look makes the words of each requirement once; it is told apart. The collector is told that rules stay,
    as a process that serves for days does once it has started.
    """
    path, times = Path(sys.argv[1]), int(sys.argv[2])
    one = matching.single(matching.plan(material.models()))
    rows = next(pq.ParquetFile(path).iter_batches(batch_size=times)).to_pylist()
    enterprises = [{name: value for name, value in row.items() if value is not None} for row in rows]
    gc.collect()
    gc.freeze()
    clock, processor = [], []
    for known in enterprises:
        started, before = time.perf_counter(), time.thread_time()
        one.look(known, on=DAY)
        clock.append((time.perf_counter() - started) * 1000)
        processor.append((time.thread_time() - before) * 1000)
    p50, p99 = np.percentile(clock[1:], [50, 99])
    json.dump(
        {"first": clock[0], "p50": p50, "p99": p99, "p99 of processor": float(np.percentile(processor[1:], 99))},
        sys.stdout,
    )


if __name__ == "__main__":
    main()
