"""Sources and their attestations."""
