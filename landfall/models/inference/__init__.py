"""Exact inference that computes only what an edit changes."""
