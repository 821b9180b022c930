"""The administration of LINE: accounts, their health and checklist, rich menus, links."""

from integrations.line.admin import channels, chats, menus, templates

__all__ = ["channels", "chats", "menus", "templates"]
