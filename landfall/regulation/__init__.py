"""Regulatory track models in the workflow: windows, scores, background, summary."""
