"""What the verbs print: tables and sentences of their results."""
