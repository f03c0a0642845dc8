"""Drawings: colours, outlines and SVG shared by page and papers."""
