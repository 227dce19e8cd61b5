"""Decide a whole city in one batch: a decision compiled to Ibis expressions, NULL meaning unknown (批量决策).

    from yimen.dmn import batch

    decided = batch.compile(model, "eligible", people)
    decided.table("person.id").to_pyarrow()

Same results as `evaluate`, row by row; what cannot be compiled says why (`NotCompilable`). Needs `yimen[batch]`.
"""

try:
    import ibis as _ibis  # noqa: F401 - only to tell its absence kindly
except ModuleNotFoundError as error:
    raise ModuleNotFoundError(
        "批量决策需要 Ibis。请安装：pip install 'yimen[batch]'（或 yimen[platform]）。", name=error.name
    ) from error

from yimen.dmn.batch.decide import Batch, compile  # noqa: A004 - what it does, under its package's name
from yimen.dmn.batch.refusal import NotCompilable, UnknownColumn

__all__ = ["Batch", "NotCompilable", "UnknownColumn", "compile"]
