"""Speed against the original SpliceAI, both sides in one run. Nothing here is imported by the package."""
