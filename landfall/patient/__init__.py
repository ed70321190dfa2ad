"""The patient: phenotype and family."""
