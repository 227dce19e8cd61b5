"""Taking policies apart: a grammar over official documents that proposes measures, for a person to confirm (政策拆解)."""
