"""What goes wrong, in one shape for REST (problem+json, RFC 9457) and for sockets."""

import secrets
from typing import Any


class Problem(Exception):
    """An error that the asker is told about.

    `code` is stable and for programs, `title` and `detail` are for who writes them, in English;
    `field` names the bad input. `extra` members travel along (a conflict's `current` row, the
    limit in `most` or `most_bytes`): screens say it in their own words from these. A miss named
    what is not there for its asker: misses are counted, for they may be guesses (S-7).
    """

    status = 400
    code = "bad_request"
    title = "The request cannot be carried out"
    is_miss = False

    def __init__(self, detail: str = "", *, field: str | None = None, **extra: Any) -> None:
        super().__init__(detail or self.title)
        self.detail = detail or self.title
        self.field = field
        self.extra = extra

    def as_dict(self) -> dict[str, Any]:
        """Return the problem+json object; `ref` is random, for finding the log line."""
        return {
            "status": self.status,
            "code": self.code,
            "title": self.title,
            "detail": self.detail,
            "field": self.field,
            "ref": secrets.token_hex(4),
            **self.extra,
        }


class Invalid(Problem):
    code = "invalid"
    title = "The input is not valid"

    def __init__(self, field: str, detail: str, **extra: Any) -> None:
        super().__init__(detail, field=field, **extra)


class NoSuchUpload(Invalid):
    """A message names a file that is not its sender's to send."""

    is_miss = True


class BadType(Problem):
    code = "bad_type"
    title = "There is no such command"


class Unauthenticated(Problem):
    status = 401
    code = "unauthenticated"
    title = "Log in first"


class Forbidden(Problem):
    status = 403
    code = "forbidden"
    title = "You may not do this"


class NotFound(Problem):
    """Also the answer for what exists but is not the asker's to see."""

    status = 404
    code = "not_found"
    title = "There is no such thing"
    is_miss = True


class Conflict(Problem):
    """Somebody was faster; `current` is the row as it is now."""

    status = 409
    code = "conflict"
    title = "It has changed in the meantime"


class Refused(Problem):
    """The rules of the thing itself forbid it, whoever asks; `detail` says which."""

    status = 409
    code = "refused"
    title = "This cannot be done"


class Erased(Refused):
    code = "customer_erased"
    title = "The customer was erased: nothing can be written or changed here any more"


class CannotSend(Refused):
    """The channel takes nothing to this customer now; `why` is a code (`talk.channel_states`)."""

    code = "cannot_send"
    title = "The channel takes no message to this customer now"


class BodyChanged(Conflict):
    code = "client_id_reused"
    title = "This client_id was used for another text"


class TooLarge(Problem):
    status = 413
    code = "too_large"
    title = "This is too large"


class Throttled(Problem):
    status = 429
    code = "throttled"
    title = "Too many requests"

    def __init__(self, detail: str = "", *, retry_after: int, field: str | None = None) -> None:
        super().__init__(detail, field=field, retry_after=retry_after)


class Unavailable(Problem):
    """Storage does not answer; the same request may be sent again."""

    status = 503
    code = "unavailable"
    title = "Storage does not answer"


class Unexpected(Problem):
    """A mistake of ours: the log has the traceback under `ref`, the answer has nothing."""

    status = 500
    code = "unexpected"
    title = "Something went wrong on our side"
