"""How many websocket handshakes may be in work at once."""


class Handshakes:
    """Counts handshakes between request and answer, so that a storm is shed before it costs.

    Whoever is turned away tries again later; letting everybody in at once makes all of them
    time out and try again at the same moment.
    """

    def __init__(self, most: int) -> None:
        self.most = most
        self.in_work = 0

    def is_full(self) -> bool:
        return self.in_work >= self.most

    def begin(self) -> None:
        self.in_work += 1

    def end(self) -> None:
        self.in_work -= 1
