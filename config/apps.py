from django.apps import AppConfig


class ConfigConfig(AppConfig):
    name = "config"

    def ready(self) -> None:
        # Celery's shared tasks need an application before the first one is called; the guard's
        # rules register themselves as system checks.
        from config import celery, guard, heartbeats  # noqa: F401
        from config.accounts import receivers, recovery_codes  # noqa: F401

        recovery_codes.use_hashes()
