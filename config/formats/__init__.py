"""How server-made pages write dates; what a language does not set is Django's own."""
