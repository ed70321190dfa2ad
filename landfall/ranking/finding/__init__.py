"""What of the ranked candidates is a finding, a candidate or neither, and why."""
