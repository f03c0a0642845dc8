"""A script for the Python of QGIS is no test."""

collect_ignore = ["run_plugin.py"]
