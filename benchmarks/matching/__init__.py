"""Who is the same person, side by side with peers on the same rows in the same run."""
