"""The one exception of the launcher."""


class EmbeddedError(Exception):
    """An embedded database cannot be started; the text is one line for the person at the screen."""
