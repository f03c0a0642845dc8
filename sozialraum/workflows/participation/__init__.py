"""``participation``: registrations in, protected rates out."""
