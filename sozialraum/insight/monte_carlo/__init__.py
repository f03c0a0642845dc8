"""One Monte Carlo for small numbers and choices of method: what is varied, scored, counted."""
