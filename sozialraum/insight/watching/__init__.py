"""Early warning: monthly counts against their own past, with a stated number of false alarms."""
