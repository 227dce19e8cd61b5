"""What an exchange costs over its source's own query, how long it takes among many, and what the ledger adds.

One record is read from a real PostgreSQL, once with the connector's own query and once as an exchange: grant looked up,
row committed, answer signed. Then as many callers as told exchange at the same time, in worker processes as the site
has them, with the ledger on and off in turns. The department's database is a server of its own. Everything is measured
in one run on one machine.
"""
