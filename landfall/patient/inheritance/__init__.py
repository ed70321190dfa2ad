"""Pedigree, genotypes of relatives, phase, and modes of inheritance."""
