"""HGVS names: formatting and parsing."""
