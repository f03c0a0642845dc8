"""``ledger``: the releases of an office, made, listed and taken over from 0.1."""
