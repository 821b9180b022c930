"""Why Sobani cannot start, in one line for the person who started it."""


class StartError(Exception):
    pass
