"""One file per change of the arrivals desk: permission, validation, change, journal, in one transaction."""
