"""Refuses messages as the platform does, whatever our own client believes to be right."""
