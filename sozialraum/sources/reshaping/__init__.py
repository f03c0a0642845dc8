"""Long tables, several Stichtage in one file, rows to be kept: one table per Stichtag."""
