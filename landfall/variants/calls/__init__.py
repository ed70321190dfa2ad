"""The calls of samples: genotypes, depths, split calls, relatives."""
