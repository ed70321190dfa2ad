"""HPO terms, phenopackets, panels, and the similarity of genes to them."""
