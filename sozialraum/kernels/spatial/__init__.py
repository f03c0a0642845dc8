"""Loops over polygons, points and cells."""
