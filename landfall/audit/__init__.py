"""Whether a result can be trusted: provenance, verification, reanalysis, the status of a variant."""
