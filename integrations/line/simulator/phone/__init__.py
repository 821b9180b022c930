"""What people do on their phones, and what tests may turn."""
