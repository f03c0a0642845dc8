"""The local page in the browser: from picking files to the open map, without seeing TOML."""
