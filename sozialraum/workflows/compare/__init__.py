"""``compare``: results, methods or protections beside each other."""
