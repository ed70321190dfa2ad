"""DeepSEA Beluga."""
