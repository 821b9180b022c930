"""Disk and mail."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import get_connection
from django.utils.translation import gettext as _

from config.doctor.finding import Finding, broken, good, worth_knowing

FULL_MB = 100
SCARCE_MB = 1024
MAIL_SECONDS = 5
SMTP = "django.core.mail.backends.smtp.EmailBackend"


def examine_disk() -> Iterator[Finding]:
    folders = {"STATE_DIR": settings.STATE_DIR, "MEDIA_ROOT": Path(settings.MEDIA_ROOT)}
    seen = set()
    for name, folder in folders.items():
        existing = _nearest_existing(folder)
        device = existing.stat().st_dev
        if device not in seen:
            seen.add(device)
            yield _disk(name, existing)


def _nearest_existing(folder: Path) -> Path:
    return next(path for path in (folder, *folder.parents) if path.exists())


def _disk(name: str, folder: Path) -> Finding:
    part = _("Disk")
    free_mb = shutil.disk_usage(folder).free // 2**20
    values = {"name": name, "megabytes": free_mb}
    text = _("%(megabytes)d MB are free where %(name)s is.") % values
    if free_mb < FULL_MB:
        return broken(part, text, _("Make room: soon nothing can be stored."))
    if free_mb < SCARCE_MB:
        return worth_knowing(part, text, _("Make room before it becomes urgent."))
    return good(part, text)


def examine_mail() -> Iterator[Finding]:
    yield _mail(_("Mail"))


def _mail(part: str) -> Finding:
    if settings.EMAIL_BACKEND != SMTP:
        return worth_knowing(
            part,
            _("Mails are not sent, they become files or vanish."),
            _("Set EMAIL_URL to your mail server, so that operators can reset passwords."),
        )
    server = {"host": settings.EMAIL_HOST, "port": settings.EMAIL_PORT}
    try:
        with get_connection(timeout=MAIL_SECONDS):
            pass  # connected, greeted and logged in; nothing is sent
    except (SMTPException, OSError) as error:
        return broken(
            part,
            _("The mail server %(host)s:%(port)d refuses: %(reason)s")
            % {**server, "reason": error},
            _("Correct EMAIL_URL."),
        )
    return good(part, _("The mail server %(host)s:%(port)d lets us in.") % server)
