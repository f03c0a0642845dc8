"""Other methods of protection by name: cell keys, controlled rounding, their effect on classes."""
