"""Rasters as small areas: cells, windows, exact coverage, statistics per zone."""
