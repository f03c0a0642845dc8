"""Weights: given, learnt from the data, or most favourable for each area."""
