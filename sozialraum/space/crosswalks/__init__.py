"""Makers of crosswalks: how counts move from one set of areas to another."""
