"""What a delivery says that cannot be, or is odd: keys, numbers, years, outlines."""
