"""Everything that the simulator remembers, in one place, found by what calls name."""

import secrets
from typing import Any

from msgspec import Struct, convert, field

from integrations.line.simulator import ids
from integrations.line.simulator.things import (
    Accepted,
    Account,
    Chat,
    Content,
    Person,
    ReplyToken,
    Token,
)


class Nonce(Struct):
    """A link token of an account, for one person, once."""

    channel_id: str
    user_id: str
    until: float


class Code(Struct):
    """What LINE Login hands to a callback."""

    channel_id: str
    person: str
    redirect_uri: str
    nonce: str
    scope: str
    until: float
    challenge: str = ""
    """Of PKCE."""


class RichMenu(Struct):
    channel_id: str
    id: str
    menu: dict[str, Any]
    image: bytes = b""
    mime: str = ""


class World(Struct):
    accounts: dict[str, Account] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    chats: dict[str, Chat] = field(default_factory=dict)
    contents: dict[str, Content] = field(default_factory=dict)
    rich_menus: dict[str, RichMenu] = field(default_factory=dict)
    aliases: dict[str, str] = field(default_factory=dict)
    """Rich menus by `channel id/alias`."""
    tokens: dict[str, Token] = field(default_factory=dict)
    reply_tokens: dict[str, ReplyToken] = field(default_factory=dict)
    accepted: dict[str, Accepted] = field(default_factory=dict)
    """By `channel id/retry key`."""
    link_tokens: dict[str, Nonce] = field(default_factory=dict)
    codes: dict[str, Code] = field(default_factory=dict)
    logged_in: dict[str, Code] = field(default_factory=dict)
    """Who has logged in, by the access token that LINE Login gave out."""

    def add_account(self, name: str, **given: Any) -> Account:
        """Open an official account; what is not given is made up."""
        number = str(2_000_000_000 + secrets.randbelow(999_999_999))
        channel_id = given.pop("channel_id", "") or number
        made = {
            "secret": secrets.token_hex(16),
            "provider": "provider",
            "bot_user_id": ids.user_id(channel_id, "bot"),
            "basic_id": f"@{channel_id[-3:]}{secrets.token_hex(3)[:5]}",
        }
        whole = {"channel_id": channel_id, "name": name, **made, **given}
        account = convert(whole, Account)
        self.accounts[channel_id] = account
        return account

    def add_person(self, key: str, name: str, **given: Any) -> Person:
        self.people[key] = person = Person(key=key, name=name, **given)
        return person

    def chat_of(self, account: Account, person: Person) -> Chat:
        """Return their chat; it exists as soon as somebody asks."""
        user_id = ids.user_id(account.provider, person.key)
        name = f"{account.channel_id}/{user_id}"
        if name not in self.chats:
            self.chats[name] = Chat(account.channel_id, user_id, "user", [person.key])
        return self.chats[name]

    def add_group(self, account: Account, name: str, members: list[str], kind: Any) -> Chat:
        chat = Chat(account.channel_id, ids.group_id(kind), kind, members, name)
        self.chats[f"{account.channel_id}/{chat.id}"] = chat
        return chat

    def chat(self, account: Account, chat_id: str) -> Chat | None:
        return self.chats.get(f"{account.channel_id}/{chat_id}")

    def person_of(self, account: Account, user_id: str) -> Person | None:
        """Return who has this id with the account's provider."""
        people = self.people.values()
        return next((p for p in people if ids.user_id(account.provider, p.key) == user_id), None)

    def chats_of(self, account: Account) -> list[Chat]:
        return [chat for chat in self.chats.values() if chat.channel_id == account.channel_id]
