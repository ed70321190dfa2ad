"""Draft ACMG/AMP criteria."""
