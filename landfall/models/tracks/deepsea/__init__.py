"""DeepSEA."""
