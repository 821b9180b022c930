"""Integrations: one folder per outside system; none knows another."""
