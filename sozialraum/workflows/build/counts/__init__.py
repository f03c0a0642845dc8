"""True counts of a build, and their way through disclosure control."""
