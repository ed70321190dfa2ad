"""Interpretation of leading candidates: in silico mutagenesis, masking, haplotypes, robustness."""
