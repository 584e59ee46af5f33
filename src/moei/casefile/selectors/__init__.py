"""Reading the case file: what is visible to whoever acts, journalled where a person's data is shown."""
