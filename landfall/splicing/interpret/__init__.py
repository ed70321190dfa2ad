"""Candidates in depth: mutagenesis, masking, haplotypes, robustness."""
