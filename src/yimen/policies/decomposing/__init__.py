"""Taking policies apart (政策拆解): a grammar over official documents proposes measures, a person confirms."""
