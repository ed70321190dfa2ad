"""Pangolin."""
