"""Stages on alleles."""
