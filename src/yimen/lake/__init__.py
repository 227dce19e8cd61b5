"""The lake (数据湖): columnar snapshots, and the engine that reads them. It knows tables, not what they mean.

with store.draft("population", at=now) as one:
    ...                                        # write Parquet to one.path
    one.close({"purpose": "quality"})
    one.publish({})                            # from here on it can be seen
store.newest("population").path                # the newest that is complete
engine.table(store.newest("population"))       # the same as an Ibis table
"""
