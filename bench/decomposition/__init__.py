"""How well policies are taken apart."""
