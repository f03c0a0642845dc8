"""Registrations of a programme: linked, counted, forgotten; in memory only, in one run."""
