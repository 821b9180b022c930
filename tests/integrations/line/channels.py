"""Our side of an official account: the inbox and its channel, as the wizard leaves them."""

from integrations.line.models import LineChannel
from integrations.line.secrets import seal_secret
from talk.models import Inbox
from tests.integrations.line.account import OfficialAccount


def connected(account: OfficialAccount, inbox: Inbox | None = None) -> LineChannel:
    """Connect an account, without what only its webhook needs."""
    inbox = inbox or Inbox.objects.create(name="LINE", kind=Inbox.Kind.LINE)
    return LineChannel.objects.create(
        inbox=inbox,
        channel_id=account.channel_id,
        bot_user_id=account.bot_user_id,
        secret=seal_secret(inbox.id, "secret", account.secret),
    )
