"""Reading for the arrivals desk's pages and its API."""
