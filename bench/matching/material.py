"""What is matched: enterprises and rules of the generator in YIMEN_SHARED/bench/matching."""

import os
import sys
from collections.abc import Mapping
from functools import lru_cache
from importlib import util
from pathlib import Path
from types import ModuleType

import pyarrow as pa
import pyarrow.parquet as pq

from bench.matching.models import Predicate, model
from yimen import dmn

RULES = 200
PART = 1_000_000
KEY = "subject"


@lru_cache(maxsize=1)
def generator() -> ModuleType:
    """Return the generator."""
    path = Path(os.environ.get("YIMEN_SHARED", "../shared")) / "bench" / "matching" / "generate.py"
    if not path.is_file():
        sys.exit(f"没有 {path}：请用 YIMEN_SHARED 指明参考资料目录。")
    spec = util.spec_from_file_location("generate", path)
    assert spec is not None
    assert spec.loader is not None
    module = util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def rules() -> list[list[Predicate]]:
    """Return the rules as the generator has them."""
    made: list[list[Predicate]] = generator().rules(RULES)
    return made


def models() -> Mapping[str, dmn.Model]:
    """Return the rules as decision models by name of measure, each read from its DMN."""
    return {f"bench/m{place}": dmn.load(model(f"m{place}", one)) for place, one in enumerate(rules(), 1)}


def write(path: Path, rows: int) -> None:
    """Write a file of so many enterprises, part by part; columns have the names of facts."""
    writer: pq.ParquetWriter | None = None
    try:
        for first in range(0, rows, PART):
            part = generator().table(min(PART, rows - first), 20250101 + first // PART)
            ids = pa.array(range(first + 1, first + 1 + part.num_rows), pa.int64())
            part = part.set_column(0, KEY, ids).rename_columns(
                [KEY, *(f"org.{name}" for name in part.column_names[1:])]
            )
            writer = writer or pq.ParquetWriter(path, part.schema, compression="zstd")
            writer.write_table(part)
    finally:
        if writer is not None:
            writer.close()
