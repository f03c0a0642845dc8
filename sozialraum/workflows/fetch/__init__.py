"""``fetch``: the only verb that goes to a network, and only to what its file names."""
