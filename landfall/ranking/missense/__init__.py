"""Probability that a missense change damages the gene, from its amino acids or from a predictor."""
