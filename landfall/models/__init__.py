"""The sequence models, a module each. ``catalogue`` lists them; importing this package imports none."""
