"""Enformer."""
