"""What fills the blanks of the building blocks: goods, places, times. All of it made up."""

from dataclasses import dataclass
from typing import Literal

Language = Literal["ja", "en"]
Kind = Literal["food", "ware"]


@dataclass(frozen=True, slots=True)
class Good:
    """One thing the shop sells; `slug` is its page."""

    slug: str
    ja: str
    en: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class Place:
    name: str
    time_zone: str
    language: str


GOODS = (
    Good("sencha-asatsuyu", "煎茶「朝露」100g", "the sencha Asatsuyu", "food"),
    Good("hojicha-bags", "ほうじ茶ティーバッグ30包", "the box of hojicha bags", "food"),
    Good("matcha-tin", "抹茶30g缶", "the matcha tin", "food"),
    Good("matcha-latte", "抹茶ラテの素", "the matcha latte powder", "food"),
    Good("black-tea", "和紅茶リーフ80g", "the Japanese black tea", "food"),
    Good("black-bean-tea", "黒豆茶20包", "the black bean tea", "food"),
    Good("mug-indigo", "藍染付のマグカップ", "the indigo mug", "ware"),
    Good("plates-three", "白磁の丸皿3枚組", "the plate set", "ware"),
    Good("iron-kettle", "鉄の急須", "the iron teapot", "ware"),
    Good("glass-pot", "ガラスの急須", "the glass teapot", "ware"),
    Good("face-towels", "フェイスタオル2枚組", "the towel set", "ware"),
    Good("linen-apron", "リネンのエプロン", "the linen apron", "ware"),
    Good("bento-box", "曲げわっぱの弁当箱", "the cedar lunch box", "ware"),
    Good("cutting-board", "ひのきのまな板", "the cypress cutting board", "ware"),
    Good("drip-coffee", "ドリップコーヒー10袋", "the drip coffee set", "food"),
    Good("jam-three", "季節のジャム3本セット", "the jam trio", "food"),
    Good("rice-cookies", "米粉クッキーの詰め合わせ", "the rice flour cookie tin", "food"),
    Good("bean-sandwich", "あんバターサンド6個入り", "the bean paste sandwich box", "food"),
    Good("honey", "百花はちみつ250g", "the wildflower honey", "food"),
    Good("dashi-bags", "だしパック20袋", "the dashi pack", "food"),
    Good("plums", "はちみつ梅干し300g", "the jar of honey plums", "food"),
    Good("chopsticks", "夫婦箸のセット", "the chopstick pair", "ware"),
    Good("cool-bag", "保冷バッグ", "the cool bag", "ware"),
    Good("tea-box", "お茶の詰め合わせ「四季」", "the tea box Four Seasons", "food"),
)

PLACES = (
    Place("Singapore", "Asia/Singapore", "en-SG"),
    Place("Melbourne", "Australia/Melbourne", "en-AU"),
    Place("Portland", "America/Los_Angeles", "en-US"),
    Place("Chicago", "America/Chicago", "en-US"),
    Place("London", "Europe/London", "en-GB"),
    Place("Edinburgh", "Europe/London", "en-GB"),
    Place("Toronto", "America/Toronto", "en-CA"),
    Place("Berlin", "Europe/Berlin", "en-GB"),
    Place("Dublin", "Europe/Dublin", "en-IE"),
    Place("Auckland", "Pacific/Auckland", "en-NZ"),
    Place("Yokohama", "Asia/Tokyo", "en-US"),
)
SLOTS_JA = ("午前中", "14時〜16時", "16時〜18時", "18時〜20時", "19時〜21時")
COUPONS = ("AUTUMN10", "TEA500", "HELLO15", "AKI2026", "GIFT300")
