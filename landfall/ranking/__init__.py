"""The order of candidates: score, table, explanation."""
