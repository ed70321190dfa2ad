"""DeepSEA and Beluga."""
