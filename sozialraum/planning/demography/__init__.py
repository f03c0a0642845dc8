"""How many children there will be: cohorts, pupils, classes, and how sure that is."""
