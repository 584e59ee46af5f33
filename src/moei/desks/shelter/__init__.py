"""Places with beds: who sleeps where, and where everybody is."""
