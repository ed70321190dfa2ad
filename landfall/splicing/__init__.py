"""Splice scores of variants and what follows from them."""
