"""The join: crosswalks between areas, zonal statistics, points and distances."""
