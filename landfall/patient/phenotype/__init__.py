"""HPO terms, phenopackets, panels, and how well a gene fits them."""
