"""Changes that retention makes, one file each."""
