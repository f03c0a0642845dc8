"""Numba kernels: arrays in, arrays out; NumPy, Numba and the standard library only."""
