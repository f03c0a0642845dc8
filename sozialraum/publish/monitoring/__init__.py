"""What is watched over time, as it is shown: early warning and education chain."""
