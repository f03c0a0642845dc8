"""Disclosure control: what may leave the house, and the gate it leaves through."""
