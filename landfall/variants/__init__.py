"""Alleles of a VCF: read, normalised, filtered, each accounted for in the ledger."""
