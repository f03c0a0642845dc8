"""Records of participation: linked, counted, forgotten; in memory only, in one run."""
