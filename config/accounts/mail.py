"""Mail leaves through the worker, so that no answer is slower because an account exists."""

from kombu.exceptions import OperationalError

from config.accounts import tasks


def queue_mail(subject: str, body: str, to: list[str]) -> None:
    """Hand over a mail that holds no secret; sent here when the queue cannot be reached."""
    try:
        tasks.send_mail.apply_async(args=(subject, body, to), retry=False)
    except OperationalError:
        tasks.send_mail(subject, body, to)


def queue_password_reset(operator_id: str, language: str) -> None:
    """Ask for the mail with the link. Its key is made by the worker and never lies in a queue.

    Also called with an empty id, so that an unknown address costs the same as a known one.
    """
    try:
        tasks.send_password_reset.apply_async(args=(operator_id, language), retry=False)
    except OperationalError:
        tasks.send_password_reset(operator_id, language)
