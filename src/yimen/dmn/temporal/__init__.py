"""Temporal values beyond Python's own: years to ±999,999,999, nanoseconds, durations of any length.

What `date`, `time`, `datetime` and `timedelta` can hold is always one of these; only the rest is a class of our own.
"""
