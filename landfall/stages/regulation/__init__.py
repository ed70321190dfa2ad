"""Stages of regulatory track models."""
