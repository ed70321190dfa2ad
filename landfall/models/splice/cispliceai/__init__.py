"""CI-SpliceAI."""
