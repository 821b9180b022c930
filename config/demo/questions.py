"""Frequent questions of the demo shop. `code` is the anchor that the demo data links to."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Question:
    code: str
    title: str
    answer: str


QUESTIONS = (
    Question(
        "delivery", "注文した商品はいつ届きますか。",
        "平日の正午までのご注文は当日に発送し、多くの地域へ翌日から2日ほどでお届けします。"
        "発送のお知らせメールに追跡番号を記載しています。",
    ),
    Question(
        "date", "お届けの日時は変更できますか。",
        "発送前でしたら、マイページの注文履歴から変更できます。"
        "発送後は、追跡番号で配送会社へご依頼ください。",
    ),
    Question(
        "returns", "返品や交換はできますか。",
        "到着から8日以内、未開封・未使用の商品に限り承ります。"
        "お客様のご都合による場合は、送料のご負担をお願いしています。",
    ),
    Question(
        "broken", "届いた商品が割れていました。",
        "ご迷惑をおかけして申し訳ございません。すぐに交換品をお送りしますので、"
        "お写真を添えて右下のチャットからご連絡ください。",
    ),
    Question(
        "payment", "どのような支払い方法がありますか。",
        "クレジットカード、コンビニ払い、銀行振込、代金引換をお選びいただけます。",
    ),
    Question(
        "receipt", "領収書は発行できますか。",
        "マイページの注文履歴から、宛名を入れてダウンロードいただけます。",
    ),
    Question(
        "gift", "ギフト包装はお願いできますか。",
        "1点330円で承ります。納品書は同封せず、金額のわかるものは入りません。",
    ),
    Question(
        "noshi", "熨斗（のし）を付けられますか。",
        "無料で承ります。ご注文の備考欄に、表書きとお名前をお書きください。",
    ),
    Question(
        "subscription", "定期便をお休みできますか。",
        "次回お届けの5日前まで、マイページからお休み・変更・解約ができます。",
    ),
    Question(
        "login", "ログインできません。",
        "パスワードを5回間違えると、10分のあいだログインできなくなります。"
        "お忘れの場合は、ログインの画面から再設定してください。",
    ),
    Question(
        "allergy", "アレルギーの表示はありますか。",
        "各商品ページの「原材料」「アレルゲン」の欄に、特定原材料8品目を表示しています。",
    ),
    Question(
        "care", "うつわのお手入れを教えてください。",
        "陶磁器は中性洗剤で洗い、よく乾かしてください。木のうつわは、つけ置きをお避けください。",
    ),
    Question(
        "business", "まとめて注文したいのですが。",
        "20点以上のご注文は、お見積もりをお作りします。チャットで数とご予算をお知らせください。",
    ),
)  # fmt: skip


def search_questions(words: str) -> tuple[Question, ...]:
    """Return the questions that have all the words, in title or answer."""
    asked = words.split()
    return tuple(
        one for one in QUESTIONS if all(word in one.title or word in one.answer for word in asked)
    )
