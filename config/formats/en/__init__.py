"""English, for readers in any country."""
