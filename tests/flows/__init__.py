"""Whole flows over real sockets, PostgreSQL and Valkey, always with two web processes."""
