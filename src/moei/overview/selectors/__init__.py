"""Reading for the overview: counts of a release, and the board."""
