"""Stages of ranking."""
