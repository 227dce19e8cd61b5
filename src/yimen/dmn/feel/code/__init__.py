"""Pieces of compiled expressions, put together by `compile.py` from FEEL and by `logic.py` from boxed expressions."""
