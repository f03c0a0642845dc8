"""Official lists without a head: house coordinates, the street grid of the employment agency."""
