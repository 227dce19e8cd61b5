"""Stand-ins for departments' existing systems (演示), so that the platform meets real databases and real services.

Everybody here is invented: address code 440399 was never assigned, names are drawn by lot. Nothing of the platform is
used but its database starter: a department's system was there before the platform and knows nothing of it.
"""
