"""From an address to a place: register, street and number rules, geocodes."""
