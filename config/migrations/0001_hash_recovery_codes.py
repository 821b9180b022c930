"""Codes that were shown before hashes were kept are hashed now, not when one is next tried."""

from typing import Any

from django.db import migrations

from config.accounts.recovery_codes import RecoveryCodes
from customers.sealing import Unreadable


def hash_shown_codes(apps: Any, _editor: Any) -> None:
    rows = apps.get_model("mfa", "Authenticator").objects.filter(type="recovery_codes")
    for row in rows.filter(data__has_keys=["seed", "viewed_at"]).select_for_update():
        try:
            RecoveryCodes(row).hash_shown()
        except Unreadable:
            continue  # sealed with a key that is not here: they are hashed if it comes back


class Migration(migrations.Migration):
    dependencies = [("mfa", "0003_authenticator_type_uniq")]
    operations = [migrations.RunPython(hash_shown_codes, migrations.RunPython.noop)]
