"""Fetching what LINE holds for us: a small picture of it first, then the file itself.

Each try is a lease on the job's row. Nothing is asked for inside a transaction, and no connection
of the database is held while a file comes.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from uuid import UUID

import httpx2
from django.conf import settings
from django.db import connection

from integrations.line import calls, metrics
from integrations.line.actions import contents, health
from integrations.line.actions.contents import Job
from integrations.line.client import NoAnswer, NotSent
from integrations.line.tokens import Unauthorised
from talk.actions import received_files
from talk.errors import Problem, Throttled, TooLarge
from talk.models import Attachment

CONTENT = "/v2/bot/message/{}/content"
PREVIEW = f"{CONTENT}/preview"
TRANSCODING = f"{CONTENT}/transcoding"
NAMES = {"image": "image.jpg", "video": "video.mp4", "audio": "audio.m4a", "file": "file.bin"}
WITH_PREVIEW, TRANSCODED = ("image", "video"), ("video", "audio")
PREVIEW_TRIES = 3
LARGEST_PREVIEW = 10 * 1024 * 1024
LONGEST_SECONDS = contents.LEASE_SECONDS - 60
MOST_AT_ONCE = 2
_places = threading.BoundedSemaphore(MOST_AT_ONCE)


class Later(Exception):
    """Not now. `is_preparing`: LINE has it and makes it ready; otherwise it was not reached."""

    def __init__(self, *, is_preparing: bool = False) -> None:
        super().__init__()
        self.is_preparing = is_preparing


class Never(Exception):
    """It will not come; `why` is a code of `talk.said.WHYS`."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class TakenBack(Exception):
    """LINE has nothing of it any more, because it was unsent."""


def fetch(job_id: UUID) -> None:
    """Try once to get the file; do nothing when the job is done, not due, or somebody's.

    A process fetches few at a time, so that films do not keep it from handling what people write;
    what finds no place is found again within seconds. Appends `message.changed` for the preview,
    the file, and when neither will come.
    """
    if not _places.acquire(blocking=False):
        return
    try:
        _try_once(job_id)
    finally:
        _places.release()


def _try_once(job_id: UUID) -> None:
    job = contents.lease(job_id)
    if job is None:
        return
    try:
        outcome = _fetch(job)
    except Later as later:
        outcome = contents.put_off(job, is_preparing=later.is_preparing)
    except Never as never:
        outcome = contents.give_up(job, never.why)
    except TakenBack:
        outcome = contents.take_back(job)
    metrics.contents.labels(outcome).inc()


def _fetch(job: Job) -> str:
    try:
        if job.kind in WITH_PREVIEW and not job.has_preview and job.attempts <= PREVIEW_TRIES:
            _fetch_preview(job)
        if job.kind in TRANSCODED and job.attempts > 1:
            _ask_transcoding(job)
        return contents.arrive(job, _download(job, CONTENT, settings.LINE_CONTENT_MAX_BYTES))
    except Unauthorised:
        health.note_error(job.channel.pk, "unauthorised")
        raise Later from None
    except (NotSent, NoAnswer):
        raise Later from None


def _fetch_preview(job: Job) -> None:
    """Without one the file comes all the same."""
    with suppress(Later, Never):
        contents.show_preview(job, _download(job, PREVIEW, LARGEST_PREVIEW))


def _ask_transcoding(job: Job) -> None:
    """Films and sounds that LINE is still making over are not asked for in vain."""
    answer = calls.call(job.channel, "GET", TRANSCODING, job.line_id, base="data")
    _judge(answer.status)
    status = answer.body.get("status")
    if status == "failed":
        raise Never("transcoding")
    if status == "processing":
        raise Later(is_preparing=True)


def _download(job: Job, endpoint: str, largest_bytes: int) -> Attachment:
    with calls.download(job.channel, endpoint, job.line_id) as response:
        _judge(response.status_code)
        announced = response.headers.get("content-length", "")
        if announced.isdigit() and int(announced) > largest_bytes:
            raise Never("too_large")
        return _keep(job, response, largest_bytes)


def _judge(status: int) -> None:
    if status == 200:
        return
    if status == 410:
        raise TakenBack
    if status == 404 or (400 <= status < 500 and status not in (401, 408, 429)):
        raise Never("gone")
    raise Later(is_preparing=status == 202)


def _keep(job: Job, response: httpx2.Response, largest_bytes: int) -> Attachment:
    connection.close()  # to the pool: a film takes minutes
    try:
        return received_files.keep(
            job.inbox_id,
            job.profile_id,
            _pieces(response),
            name=job.name or NAMES[job.kind],
            largest_bytes=largest_bytes,
        )
    except TooLarge:
        raise Never("too_large") from None
    except Throttled:
        raise Later from None  # other pictures are in work
    except Problem:
        raise Never("") from None  # damaged: it would be so again


def _pieces(response: httpx2.Response) -> Iterator[bytes]:
    """Who drips must not hold the job longer than its lease."""
    deadline = time.monotonic() + LONGEST_SECONDS
    for piece in response.iter_bytes():
        if time.monotonic() > deadline:
            raise Later
        yield piece
