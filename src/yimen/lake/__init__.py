"""The lake (数据湖): columnar snapshots, and the engine that reads them. It knows tables, not what they mean."""
