"""Time as builds speak of it: days, months, school years."""
