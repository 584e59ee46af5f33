"""What people need, who helps them, and what they agreed to."""
