"""One file per change of the case file: permission, validation, change, journal, in one transaction."""
