"""Close codes that the server itself sends; the application has more (docs/protocol.md)."""

NORMAL = 1000
ABUSE = 1008
TOO_BIG = 1009
FAULT = 1011
RESTART = 1012
SLOW = 4008
