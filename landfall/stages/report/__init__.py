"""Stages of the report."""
