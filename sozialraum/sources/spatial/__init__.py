"""Areas, points and rasters as delivered, in one stated coordinate system."""
