"""Benchmarks: they print what was measured, beside what others reach on the same machine."""
