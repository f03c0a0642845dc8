"""One module per verb of a plan file: from a section and frames to variants side by side."""
