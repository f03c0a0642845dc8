"""``show``: a result folder read back."""
