"""What is wrong with a model before anybody is decided by it (静态分析): nothing is run but the cells of its tables."""

from yimen.dmn.analysis.findings import Finding, Kind, Report, Severity
from yimen.dmn.analysis.report import analyse

__all__ = ["Finding", "Kind", "Report", "Severity", "analyse"]
