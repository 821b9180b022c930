"""What the demo shop sells. All of it made up; names and addresses are those of the demo data."""

from dataclasses import dataclass

from config.demo.data.words import GOODS

CATEGORIES = {"tea": "お茶", "table": "うつわと道具", "food": "たべもの"}


@dataclass(frozen=True, slots=True)
class Item:
    """One thing on sale; the price is in yen with tax."""

    slug: str
    name: str
    category: str
    price: int
    catch: str
    story: str
    facts: tuple[tuple[str, str], ...]
    mark: str = ""

    @property
    def category_name(self) -> str:
        return CATEGORIES[self.category]

    @property
    def picture(self) -> str:
        return f"demo/pictures/{self.slug}.svg"


NAMES = {good.slug: good.ja for good in GOODS}
DRY = ("保存方法", "高温多湿・直射日光を避けて保存")


def _item(
    slug: str,
    category: str,
    price: int,
    catch: str,
    story: str,
    *facts: tuple[str, str],
    mark: str = "",
) -> Item:
    return Item(slug, NAMES[slug], category, price, catch, story, facts, mark)


ITEMS = (
    _item(
        "sencha-asatsuyu", "tea", 1620, "若葉の甘みと、澄んだ後口。",
        "霧の深い谷あいの畑で、朝露の残るうちに摘んだ一番茶です。70度ほどのお湯で1分、"
        "ゆっくり待つと、だしのような旨みが出ます。",
        ("内容量", "100g"), ("産地", "静岡県 川根"), ("おすすめの温度", "70℃・60秒"), DRY,
        mark="人気",
    ),
    _item(
        "hojicha-bags", "tea", 980, "香ばしさが部屋に広がる、毎日の一杯。",
        "茎を多めに使い、深く焙じました。熱湯でも水出しでもおいしく、カフェインは控えめです。",
        ("内容量", "3g×30包"), ("産地", "京都府 和束"), ("おすすめの温度", "熱湯・30秒"), DRY,
    ),
    _item(
        "matcha-tin", "tea", 2160, "苦みが穏やかで、点てやすい。",
        "石臼で挽いた当日に缶へ詰めています。お菓子づくりにも使えますが、まずはそのままどうぞ。",
        ("内容量", "30g"), ("産地", "京都府 宇治田原"), DRY,
    ),
    _item(
        "matcha-latte", "tea", 1180, "牛乳に溶かすだけ。",
        "きび砂糖で控えめに甘くしました。温かくても、氷を入れても。",
        ("内容量", "150g（約10杯分）"), ("原材料", "きび砂糖、抹茶、粉乳"), DRY,
    ),
    _item(
        "black-tea", "tea", 1480, "渋みの少ない、国産の紅茶。",
        "べにふうきの春摘み。ミルクを入れず、少し濃いめに淹れるのがおすすめです。",
        ("内容量", "80g"), ("産地", "鹿児島県 知覧"), ("おすすめの温度", "95℃・3分"), DRY,
        mark="新茶",
    ),
    _item(
        "black-bean-tea", "tea", 860, "カフェインを含まない、夜のお茶。",
        "丹波の黒豆を皮ごと焙煎しました。淹れたあとの豆も召し上がれます。",
        ("内容量", "5g×20包"), ("産地", "兵庫県 丹波篠山"), DRY,
    ),
    _item(
        "mug-indigo", "table", 3300, "手になじむ、藍のなみ模様。",
        "一つずつ筆で描くため、線の濃さが少しずつ違います。電子レンジと食洗機に対応しています。",
        ("容量", "320ml"), ("寸法", "直径8.5×高さ9cm"), ("窯元", "砥部"),
        mark="人気",
    ),
    _item(
        "plates-three", "table", 4950, "料理を選ばない、やわらかな白。",
        "縁をわずかに立て、汁けのあるおかずも盛れる形にしました。大中小の三枚組です。",
        ("寸法", "直径24・19・14cm"), ("素材", "白磁"), ("産地", "佐賀県 有田"),
    ),
    _item(
        "iron-kettle", "table", 9800, "冷めにくく、茶葉がよく開く。",
        "内側をほうろうで仕上げているので、さびの心配がありません。直火にはかけられません。",
        ("容量", "600ml"), ("重さ", "1.2kg"), ("産地", "岩手県 盛岡"),
    ),
    _item(
        "glass-pot", "table", 3850, "茶葉がひらく様子まで楽しむ。",
        "耐熱ガラスの急須です。目の細かい茶こしが付き、深蒸しの茶葉も詰まりません。",
        ("容量", "450ml"), ("素材", "耐熱ガラス・ステンレス"),
    ),
    _item(
        "face-towels", "table", 2420, "よく吸って、早く乾く。",
        "甘く撚った糸を使い、洗うほどやわらかくなります。生成りと砂色の二枚組です。",
        ("寸法", "34×80cm"), ("素材", "綿100%"), ("産地", "愛媛県 今治"),
    ),
    _item(
        "linen-apron", "table", 6600, "台所に立つ時間を、少し軽やかに。",
        "肩にかからない形なので長く着ても疲れません。大きなポケットが一つ付きます。",
        ("寸法", "フリーサイズ（丈88cm）"), ("素材", "麻100%"),
    ),
    _item(
        "bento-box", "table", 7480, "ごはんがおいしく冷める、杉の曲げわっぱ。",
        "余分な水分を木が吸うので、時間がたってもふっくら。内側は無塗装、外側は漆で仕上げています。",
        ("容量", "600ml"), ("素材", "秋田杉"), ("お手入れ", "ぬるま湯で洗い、陰干し"),
        mark="残りわずか",
    ),
    _item(
        "cutting-board", "table", 4180, "刃当たりがよく、乾きやすい。",
        "香りのよいひのきの一枚板です。削り直しも承っています。",
        ("寸法", "36×21×2.5cm"), ("素材", "ひのき"), ("産地", "高知県 四万十"),
    ),
    _item(
        "drip-coffee", "food", 1580, "お茶屋が焙煎した、やさしい珈琲。",
        "中深煎りで酸味を抑えました。お茶うけの和菓子にもよく合います。",
        ("内容量", "11g×10袋"), ("焙煎", "中深煎り"), DRY,
    ),
    _item(
        "jam-three", "food", 2480, "果実の形が残る、三つの季節。",
        "苺、柚子、葡萄。砂糖を控え、果実の味をそのまま瓶に詰めました。",
        ("内容量", "各120g"), ("保存方法", "開封後は冷蔵で2週間以内"),
    ),
    _item(
        "rice-cookies", "food", 1850, "小麦・卵・乳を使わない焼き菓子。",
        "米粉ときび砂糖でさっくりと焼きました。八つの味が入っています。",
        ("内容量", "24枚"), ("アレルゲン", "くるみ"), ("賞味期限", "製造から60日"), DRY,
    ),
    _item(
        "bean-sandwich", "food", 2280, "粒あんと、発酵バター。",
        "冷凍でお届けします。半解凍で召し上がると、バターの食感が楽しめます。",
        ("内容量", "6個"), ("アレルゲン", "小麦・乳・卵"), ("お届け", "冷凍便"),
        mark="冷凍便",
    ),
    _item(
        "honey", "food", 1980, "里山の花を集めた、こはく色。",
        "加熱せずに瓶詰めしています。寒い季節は白く固まりますが、湯せんで戻ります。",
        ("内容量", "250g"), ("ご注意", "1歳未満のお子様には与えないでください"),
    ),
    _item(
        "dashi-bags", "food", 1360, "煮出して3分、料理屋の味。",
        "かつお、昆布、しいたけ。塩も砂糖も加えていません。破って炒め物にも。",
        ("内容量", "8g×20袋"), DRY,
    ),
    _item(
        "plums", "food", 2700, "大粒の南高梅を、はちみつで。",
        "塩分は5%。塩抜きのあと、はちみつに漬けて味をなじませました。",
        ("内容量", "300g"), ("産地", "和歌山県 みなべ"), ("塩分", "約5%"),
    ),
    _item(
        "chopsticks", "table", 5280, "贈りものに選ばれる、夫婦箸。",
        "持ちやすい八角形。桐の箱にお入れします。お名前を彫ることもできます（無料）。",
        ("寸法", "23.5cm・21.5cm"), ("素材", "鉄刀木"), ("納期", "名入れは7日"),
    ),
    _item(
        "cool-bag", "table", 2090, "お弁当にも、冷たい水筒にも。",
        "内側は継ぎ目のない作りで、汚れをさっと拭き取れます。たたむと手のひらの大きさです。",
        ("容量", "6L"), ("寸法", "24×18×14cm"),
    ),
    _item(
        "tea-box", "tea", 3780, "四つの季節を、ひと箱に。",
        "煎茶、水出し、ほうじ茶、和紅茶。少しずつ試したい方や、ご挨拶の品に。",
        ("内容量", "各40g×4種"), ("熨斗", "無料で承ります"), DRY,
        mark="贈りもの",
    ),
)  # fmt: skip
BY_SLUG = {item.slug: item for item in ITEMS}


def items_of(category: str) -> list[Item]:
    """Return the items of a category; of all for an unknown or empty one."""
    found = [item for item in ITEMS if item.category == category]
    return found or list(ITEMS)


def search_items(words: str) -> list[Item]:
    wanted = words.casefold().split()
    return [
        item
        for item in ITEMS
        if all(word in f"{item.name}{item.catch}{item.story}".casefold() for word in wanted)
    ]
