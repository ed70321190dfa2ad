"""Checks of all input before any work."""
