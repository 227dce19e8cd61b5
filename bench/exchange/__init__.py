"""One record exchanged: beside its source's own query, from fifty callers at once, with the ledger and without.

    make bench-exchange
    make bench-exchange ARGS='--rounds 9 --each 4000'

A database of the platform's own and the demo city's departments are started in a folder that is removed at the end. An
exchange is the whole verb: the grant looked up, the department asked, its value mapped to ours, the ledger's row
written and committed to disk, the answer signed. Its source's own query is the connector's read alone, and for a
database also the same SELECT on a kept line without anything of ours around it; the two take turns, person by person.

The callers are threads of worker processes, as in the web. With the ledger and without it they take turns too, round by
round, so that whatever else the machine does falls on both; without means that nothing is built, digested or written.
Before anything is timed the answer is held against the department's, its signature is checked and its row is found;
afterwards the rows are counted: as many as there were exchanges with the ledger.
"""
