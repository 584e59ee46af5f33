"""Places with beds: who sleeps where, who is kept apart, where everyone is."""
