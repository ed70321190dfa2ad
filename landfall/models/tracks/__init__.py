"""Regulatory track models, and what is read from their tracks."""
