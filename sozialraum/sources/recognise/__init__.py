"""What files are, by their content: kind, head, keys, years, columns, what is a share of what."""
