"""``check``: everything read, nothing computed, every problem listed."""
