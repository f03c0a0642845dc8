"""Catchments drawn anew: the task, the programme, the solution."""
