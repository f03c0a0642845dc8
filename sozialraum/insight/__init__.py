"""How sure, where, whom it reaches, what changed: what a result means and how far it holds."""
