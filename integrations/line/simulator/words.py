"""What the simulator's dialogs say, Japanese first."""

from integrations.line.simulator.web import Request

WORDS = {
    "ja": {
        "link_title": "アカウント連携",
        "link_question": "「{account}」のサービスのアカウントと連携しますか？",
        "link_about": "連携はいつでも解除できます。解除はサービス側の画面で行います。",
        "as_person": "{person} さんとして",
        "agree": "連携する",
        "linked_title": "連携の手続きが終わりました",
        "linked_about": "この画面を閉じて、トークに戻ってください。",
        "login_title": "ログイン",
        "login_question": "「{account}」に次の情報を渡しますか？",
        "login_given": "表示名・プロフィール画像・ユーザー識別子",
        "allow": "許可する",
        "deny": "キャンセル",
        "befriend": "友だちに追加する",
        "no_phone_title": "だれのスマートフォンですか？",
        "no_phone_about": "スマートフォンの画面を開いてから、このページを読み込み直してください。",
        "no_phone_open": "スマートフォンを開く",
        "simulated": "これはシミュレーターの画面です",
    },
    "en": {
        "link_title": "Link accounts",
        "link_question": "Link your account at “{account}” with this one?",
        "link_about": "You can undo it at any time, on the pages of the service.",
        "as_person": "as {person}",
        "agree": "Link",
        "linked_title": "That is done",
        "linked_about": "Close this page and go back to your chat.",
        "login_title": "Log in",
        "login_question": "Let “{account}” know this about you?",
        "login_given": "Display name, picture, user identifier",
        "allow": "Allow",
        "deny": "Cancel",
        "befriend": "Add as a friend",
        "no_phone_title": "Whose phone is it?",
        "no_phone_about": "Open a phone once, then load this page again.",
        "no_phone_open": "Open a phone",
        "simulated": "This is a page of the simulator",
    },
}


def language(request: Request) -> str:
    """Return ours of what the browser asks for; what was chosen on the phone's page wins."""
    chosen = request.cookies.get("line_simulator_language", "")
    if chosen in WORDS:
        return chosen
    wanted = request.headers.get("accept-language", "").lower()
    first = min((wanted.find(name), name) for name in WORDS if name in wanted) if wanted else None
    return first[1] if first else "ja"
