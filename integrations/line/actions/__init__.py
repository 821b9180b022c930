"""What is written of what LINE tells."""
