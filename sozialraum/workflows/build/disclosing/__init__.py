"""What a build publishes, as rows of the audit, and how a release is made that passes it."""
