"""The variant filters, in the order in which they are applied."""
