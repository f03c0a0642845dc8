"""Workbooks: the cells of a sheet, and what its file says about them beyond their values."""
