"""Whether a result can be trusted: provenance, verification, reanalysis, the fate of a variant."""
