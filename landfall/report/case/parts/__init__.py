"""The parts of a case page, each a section about one candidate."""
