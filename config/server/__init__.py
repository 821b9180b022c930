"""The web server: Daphne (or uvicorn) with the caps, the drain and the log lines that Sobani needs.

`python -m config.server --fd N` serves `config.asgi:application` on an inherited listening socket.
What both servers share is plain ASGI (`gate`, `drain`, `outlet`, `limits`); what only one of them
needs is in files that begin with its name.
"""
