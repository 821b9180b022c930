"""Static files in production: names with a hash of the content, compressed, kept for ever."""

from servestatic.storage import CompressedManifestStaticFilesStorage


class HashedStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # untyped
    """Rewrites the imports of our ES modules too, so that an update never mixes two versions."""

    support_js_module_import_aggregation = True
