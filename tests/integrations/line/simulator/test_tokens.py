"""Channel access tokens as the documents describe them."""

from tests.integrations.line.account import OfficialAccount
from tests.integrations.line.platform import Platform

INFO = "/v2/bot/info"


def ask(platform: Platform, shop: OfficialAccount, secret: str) -> tuple[int, dict[str, object]]:
    form = {
        "grant_type": "client_credentials",
        "client_id": shop.channel_id,
        "client_secret": secret,
    }
    answer = platform.http.post("/oauth2/v3/token", data=form)
    return answer.status_code, answer.json()


def test_a_stateless_token_opens_the_door_for_fifteen_minutes(
    platform: Platform, shop: OfficialAccount
) -> None:
    status, given = ask(platform, shop, shop.secret)
    assert (status, given["token_type"], given["expires_in"]) == (200, "Bearer", 900)
    headers = {"authorization": f"Bearer {given['access_token']}"}
    assert platform.http.get(INFO, headers=headers).json() == {
        "userId": shop.bot_user_id,
        "basicId": shop.basic_id,
        "displayName": "ショップ",
        "chatMode": "chat",
        "markAsReadMode": "manual",
    }
    shop.move_clock(899)
    assert platform.http.get(INFO, headers=headers).status_code == 200
    shop.move_clock(901)
    assert platform.http.get(INFO, headers=headers).status_code == 401


def test_a_wrong_secret_gets_none(platform: Platform, shop: OfficialAccount) -> None:
    assert ask(platform, shop, "0" * 32) == (
        400,
        {"error": "invalid_client", "error_description": "invalid clientId or clientSecret"},
    )


def test_revoked_tokens_are_refused_and_a_new_one_is_not(
    platform: Platform, shop: OfficialAccount
) -> None:
    headers = {"authorization": f"Bearer {shop.token()}"}
    assert platform.http.get(INFO, headers=headers).status_code == 200
    shop.revoke_tokens()
    assert platform.http.get(INFO, headers=headers).status_code == 401
    assert shop.api("GET", INFO).status_code == 200
