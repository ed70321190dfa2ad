"""Borzoi."""
