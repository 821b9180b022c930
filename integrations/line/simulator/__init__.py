"""A stand-in for the LINE platform, as its public documents describe it, and a phone to talk from.

An ASGI application without a database: `application.application` is served by a process of its
own, in `make run` and in the tests, and knows nothing of our client. `platform/` is what
api.line.me, api-data.line.me and access.line.me answer; `checking/` refuses messages as the
platform does; `phone/` is what people do on their phones, its page, and what tests may turn:
faults, the clock, the log of all requests.
"""
