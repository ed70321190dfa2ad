"""landfall."""
