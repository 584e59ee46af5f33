"""One file per change. Each checks the policy, validates, changes and writes the journal in one transaction."""
