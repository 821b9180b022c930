"""JSON out: rows are msgspec structs and leave as they are."""

from collections.abc import Mapping
from typing import Any

import msgspec
from django.utils.functional import Promise
from rest_framework.renderers import BaseRenderer


class RowRenderer(BaseRenderer):
    media_type = "application/json"
    format = "json"
    charset = None

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, Any] | None = None,
    ) -> bytes:
        return b"" if data is None else msgspec.json.encode(data, enc_hook=_encode_special)


def _encode_special(value: Any) -> Any:
    if isinstance(value, Promise):
        return str(value)
    raise NotImplementedError(type(value))
