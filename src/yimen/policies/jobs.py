"""What the policies room does later; each part has its own."""

from yimen.policies.paying import jobs as paying

__all__ = ["paying"]
