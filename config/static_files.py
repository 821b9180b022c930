"""Static files in production: names with a hash of the content, compressed, kept for ever."""

import hashlib
from collections.abc import Iterator
from typing import Any

from django.core.files.base import File
from servestatic.storage import CompressedManifestStaticFilesStorage


class HashedStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # untyped
    """Rewrites the imports of our ES modules too, so that an update never mixes two versions.

    All modules share one hash, made of all of them. A hash of its own for each cannot be had:
    modules that name each other would have to contain each other's.
    """

    support_js_module_import_aggregation = True
    modules_hash = ""

    def post_process(
        self, paths: dict[str, Any], dry_run: bool = False, **options: Any
    ) -> Iterator[tuple[str, str | None, bool | Exception]]:
        total = hashlib.sha256()
        for name in sorted(name for name in paths if name.endswith(".js")):
            storage, path = paths[name]
            with storage.open(path) as file:
                total.update(name.encode() + b"\0" + file.read())
        self.modules_hash = total.hexdigest()[:12]
        yield from super().post_process(paths, dry_run, **options)

    def file_hash(self, name: str | None, content: "File[bytes] | None" = None) -> str | None:
        # Without a name it is the manifest that is hashed.
        if name is not None and name.endswith(".js") and self.modules_hash:
            return self.modules_hash
        hashed: str | None = super().file_hash(name, content)
        return hashed
