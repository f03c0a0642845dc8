"""The plugin for QGIS as a file to install: ``python -m sozialraum.qgis FOLDER``."""
