"""The first world of `make run`: one official account, three people with phones."""

import os

from integrations.line.simulator.world import World

WORDS = {
    "ja": {"account": "ソバニ商店（デモ）", "people": ("葵", "蓮", "陽菜")},
    "en": {"account": "Sobani Store (demo)", "people": ("Aoi", "Ren", "Hina")},
}
KEYS = ("aoi", "ren", "hina")


def demo_world() -> World:
    """Return it; the account's secret is made up anew for each."""
    world = World()
    words = WORDS["en" if os.environ.get("LANGUAGE_CODE", "ja").startswith("en") else "ja"]
    webhook = {"redelivers": True, "timeout_seconds": 10}  # a busy machine loses nothing
    account = world.add_account(str(words["account"]), webhook=webhook)
    for key, name in zip(KEYS, words["people"], strict=True):
        world.add_person(key, name)
    first = world.chat_of(account, world.people[KEYS[0]])
    first.is_friend = True
    return world
