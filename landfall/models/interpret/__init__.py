"""Explanation of predictions: attribution and in silico mutagenesis."""
