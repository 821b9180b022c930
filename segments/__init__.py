"""Segments: rules over what is known of a customer, and who matches them."""
