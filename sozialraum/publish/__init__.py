"""What people read: the map page, tables, profiles, the report, the manifest."""
