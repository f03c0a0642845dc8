"""The bundle for a machine without a network: ``python -m sozialraum.paket FOLDER``."""
