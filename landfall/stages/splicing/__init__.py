"""Stages of splicing."""
