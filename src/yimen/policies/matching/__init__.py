"""Which measure is whose (精准匹配): for one party at once, for everybody in one batch."""
