"""Tables of LINE: the official accounts, what LINE tells of them, and what we ask LINE for."""

from integrations.line.models.channels import LineChannel
from integrations.line.models.chats import LineChat, LineMember
from integrations.line.models.content import LineContent
from integrations.line.models.continuing import AccountLink, Crossing
from integrations.line.models.events import LineEvent, ReplyToken
from integrations.line.models.links import LinkNonce
from integrations.line.models.menus import MenuLink, RichMenu, RichMenuArea
from integrations.line.models.messages import LineMessage, Tombstone
from integrations.line.models.parts import LinePart
from integrations.line.models.setup import LineSetup
from integrations.line.models.templates import FlexTemplate
from integrations.line.models.tokens import LineToken

__all__ = [
    "AccountLink",
    "Crossing",
    "FlexTemplate",
    "LineChannel",
    "LineChat",
    "LineContent",
    "LineEvent",
    "LineMember",
    "LineMessage",
    "LinePart",
    "LineSetup",
    "LineToken",
    "LinkNonce",
    "MenuLink",
    "ReplyToken",
    "RichMenu",
    "RichMenuArea",
    "Tombstone",
]
