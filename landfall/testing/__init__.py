"""Builders for tests of landfall and of what is built on it: VCF, genomes, families, toy models, rows of tables."""
