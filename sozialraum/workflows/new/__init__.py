"""``new``: from files to a build file, and what has to be asked on the way."""
