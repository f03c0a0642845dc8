"""Pieces of the page and the papers of a plan."""
