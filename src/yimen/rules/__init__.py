"""Rules (规则): decision models kept by version with their dates of effect, and the judgement they give on facts."""
