"""The interval audit: windows, totals and crossing areas as one system of whole counts."""
