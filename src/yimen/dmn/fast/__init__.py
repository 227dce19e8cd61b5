"""The quick way: tables as masks of rows, whole decisions as one generated function; what is unusual is left to it.

columns (one floor up)   which rows of a table a value lets through
tables                   a table over masks, with values that may be unknown
run                      an evaluation that decides its tables so
expressions, source      decisions on known facts of the right types as one Python function
plan                     which decisions have which way
"""
