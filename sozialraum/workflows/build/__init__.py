"""``build``: delivered files in, a result that may be published out."""
