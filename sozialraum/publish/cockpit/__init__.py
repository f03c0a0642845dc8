"""The cockpit: every indicator of every area over time, on one page and in one workbook."""
