"""One folder per verb: the only rooms that know the order of the steps."""
