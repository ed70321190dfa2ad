"""Calibrated probability that a variant affects splicing, and what a delta score means in each region."""
