"""Data quality (数据质量): rules over a table, all of them looked at in one pass, and what was found.

The dimensions are those of GB/T 36344-2018 (数据质量评价指标). Everything here is a function of a table and its rules;
what is kept of a run, and who is told, is in `services/quality.py`.
"""
