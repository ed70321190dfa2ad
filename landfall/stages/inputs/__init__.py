"""Stages on the inputs of a run."""
