"""From delivered areas to those of the map, and from these to larger and divided ones."""
