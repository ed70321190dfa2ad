"""The embedded demo case: a synthetic patient, and the seeded program that makes it (see README.md)."""
