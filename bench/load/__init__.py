"""The load client: a process of its own that measures, and checks what it measures."""
