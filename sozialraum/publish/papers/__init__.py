"""Papers as tagged PDF: the report, the profiles, sheets of A3."""
