"""What is done with files that leave."""
