"""``sehen``: what is in a file, as its reader understands it, before there is a build file."""
