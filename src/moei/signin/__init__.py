"""What is known of signing in: open sessions, known devices, failed tries, and what administrators are told."""
