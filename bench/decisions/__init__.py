"""One applicant decided at a time: the engine beside functions written by hand and other engines, in one run.

    make bench-decisions
    make bench-decisions ARGS='--calls 2000'

Three tables of 50 rows and 10 inputs, one for each of UNIQUE, FIRST and COLLECT, and a chain of five tables and ten
expressions. Every engine's answers are checked on a thousand applicants before any of its calls is timed. Calls of all
engines in this process come in random order, each timed by itself; feelin runs in Node, in its own process.
"""
