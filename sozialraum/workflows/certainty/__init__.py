"""How sure a build is, and what would have to be otherwise."""
