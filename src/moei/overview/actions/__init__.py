"""What the overview changes: it publishes."""
