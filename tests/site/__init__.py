"""The whole site under test: databases, two web processes on one port, and a hand inside Django."""
