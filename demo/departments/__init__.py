"""The departments' existing systems (演示): each in processes of its own, with a store of its own."""
