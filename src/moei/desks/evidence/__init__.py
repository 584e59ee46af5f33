"""Evidence: files with their custody, what was done against the compounds, and the map of both."""
