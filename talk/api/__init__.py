"""The REST interface under /api/v1/: authenticate, parse, one action or query, shape."""
