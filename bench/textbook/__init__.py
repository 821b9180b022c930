"""The way of the textbook: consumers, the ORM in a thread, one group member a socket."""
