"""Loops of search: exchange, annealing, cuts, multipliers."""
