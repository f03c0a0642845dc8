"""Single papers from a build file."""
