"""Basenji2."""
