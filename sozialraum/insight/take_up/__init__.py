"""Rates of a programme that children registered for, from protected counts."""
