"""What operators of the demo keep about customers: labels, and notes of some days ago."""

import random
from datetime import timedelta

from django.utils import timezone

from config.demo.data.ids import uuid7_at
from config.demo.labels import CAREFUL, DEALER, REGULAR
from customers.models import Context
from talk.models import Conversation, CustomerNote, Label, ProfileLabel

MOST = 60
NOTES = {
    "ja": (
        "お電話は平日の午後のみ。午前は出られないとのこと。",
        "領収書は宛名なし・但し書き「お茶代」でお出しする。",
        "贈り物が多い方。包装は毎回「鶯色」をご希望。\n手順: https://demo.example/wiki/wrapping",
        "以前の破損でご迷惑をおかけした。次のご注文には小分けの新茶を同封する。",
        "ご家族と共用のアカウント。ご本人の確認は会員番号で。",
        "そばアレルギーあり。詰め合わせのご案内では原材料を必ず添える。",
        "ご本人は耳が遠いため、折り返しは必ずチャットで。",
    ),
    "en": (
        "Prefers e-mail over calls; only available in the evening.",
        "Orders for a tea shop: invoice by month, see https://demo.example/wiki/dealers",
        "Allergic to buckwheat. Always state the ingredients of gift boxes.",
    ),
}


def keep_about_customers(seed: str) -> None:
    """Keep something about some of those who wrote last, who are not too few to be believable."""
    rng, now = random.Random(seed), timezone.now()
    labels = {label.name: label for label in Label.objects.all()}
    newest = Conversation.objects.exclude(customer__name="").select_related("customer", "assignee")
    for row in newest.order_by("-last_at")[:MOST]:
        if (
            row.assignee is None
            or rng.random() < 0.45
            or Context.objects.get(customer=row.customer).marks_version
        ):
            continue
        texts = rng.sample(_texts(row.customer.locale), rng.choice((1, 1, 2)))
        ages = sorted((rng.uniform(0.5, 40) for _ in texts), reverse=True)
        for text, days in zip(texts, ages, strict=True):
            at = now - timedelta(days=days)
            CustomerNote.objects.create(
                id=uuid7_at(at),
                profile_id=row.profile_id,
                operator=row.assignee,
                body=text,
                created_at=at,
                changed_at=at,
            )
        name = CAREFUL if "アレルギー" in "".join(texts) else rng.choice((REGULAR, REGULAR, DEALER))
        ProfileLabel.objects.create(profile_id=row.profile_id, label=labels[name])
        Context.objects.filter(customer=row.customer).update(marks_version=1)


def _texts(locale: str) -> tuple[str, ...]:
    return NOTES["ja" if locale.startswith("ja") else "en"]
