"""Pages that open in a browser without asking anybody: map, variants, comparison, check."""
