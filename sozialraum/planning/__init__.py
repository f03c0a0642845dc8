"""From the index to decisions: allocation, sites, gaps, catchments, targets."""
