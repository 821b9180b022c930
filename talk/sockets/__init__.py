"""Websockets: plain ASGI under Channels' routing. Authenticate, parse, one action, shape."""
