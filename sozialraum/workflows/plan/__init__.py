"""``plan``: a plan file on a build, decided, saved and computed again."""
