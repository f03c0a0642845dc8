"""The plugin for QGIS, as files; ``python -m sozialraum.paket.plugin FOLDER`` packs it."""
