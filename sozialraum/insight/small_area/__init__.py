"""Shares of few persons, estimated together: what an area borrows, and how much that is worth."""
