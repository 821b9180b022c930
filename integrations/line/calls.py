"""Calls in the name of a channel: with its token, and once more with a new one after a 401."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx2

from integrations.line import client, tokens
from integrations.line.client import Answer
from integrations.line.models import LineChannel


def call(channel: LineChannel, method: str, endpoint: str, *at: str, **options: Any) -> Answer:
    """Ask LINE (`client.request` has the options); never inside a transaction.

    Raises `Unauthorised`, `NotSent` and `NoAnswer`. A 401 that is returned stands for good.
    """
    token = tokens.token_of(channel)
    answer = client.request(method, endpoint, *at, token=token, **options)
    if answer.status != 401:
        return answer
    tokens.drop(channel, token)
    return client.request(method, endpoint, *at, token=tokens.token_of(channel), **options)


@contextmanager
def download(channel: LineChannel, endpoint: str, *at: str) -> Iterator[httpx2.Response]:
    """Get a file of LINE's, piece by piece (`response.iter_bytes()`), from its other host."""
    token = tokens.token_of(channel)
    with client.stream(endpoint, *at, token=token) as response:
        if response.status_code != 401:
            yield response
            return
    tokens.drop(channel, token)
    with client.stream(endpoint, *at, token=tokens.token_of(channel)) as response:
        yield response
