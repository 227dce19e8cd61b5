"""Instant approvals a second over HTTP, beside pgbench running the same transaction in the same database.

    make bench-approve                       # two workers, eight connections
    make bench-approve ARGS='--seconds 20'

The item is the proof of social insurance: two conditions, one department read, one licence. Each approval is a whole
request of a signed-in citizen: session, form token, one read of the department with its ledger row committed, the
rules, the decision, a signature, three more ledger rows, commit, redirect.
"""
