"""MMSplice and MTSplice."""
