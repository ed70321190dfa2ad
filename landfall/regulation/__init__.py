"""Networks of regulatory tracks in the workflow: windows, scores, background, summary."""
