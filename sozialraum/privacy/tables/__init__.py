"""The tables of a release: recoded or following, told or not as a whole, sealed."""
