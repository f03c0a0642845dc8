"""Reading what a town hall delivers: files to frames, and what is wrong with them."""
