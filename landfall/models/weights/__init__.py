"""Weights: where they come from, their integrity, and readers of checkpoints."""
