"""Where offers should stand: coverage, distance, candidates, report."""
