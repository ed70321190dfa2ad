"""HGVS names: written and read."""
