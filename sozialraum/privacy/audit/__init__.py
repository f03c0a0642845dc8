"""The complete audit: what an attacker can compute, and what must be withheld against it."""
