"""``watch``: which areas leave their own past, month by month."""
