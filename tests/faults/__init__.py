"""Things are broken on purpose while people talk; afterwards the history is judged."""
