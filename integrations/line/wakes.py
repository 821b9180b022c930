"""Waking a worker early (`talk.wakes`). What is lost here the sweepers find within seconds."""

from talk.wakes import waking

chats = waking("integrations.line.tasks.handle_chat")
greetings = waking("integrations.line.tasks.greet_group")
names = waking("integrations.line.tasks.ask_names")
contents = waking("integrations.line.tasks.fetch_content")
quotas = waking("integrations.line.tasks.ask_quota")
