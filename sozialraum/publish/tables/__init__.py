"""Tables: for Excel, for programs, for QGIS, for KomMonitor, and what describes them."""
