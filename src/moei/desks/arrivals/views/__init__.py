"""Pages of the arrivals desk."""
