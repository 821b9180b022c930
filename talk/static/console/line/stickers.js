// @ts-check
/**
 * The stickers that LINE lets every account send (as in `integrations/line/stickers.py`). Their
 * pictures are LINE's and are not copied: what is known of a sticker is what it means, by codes that
 * `i18n` has words for. Of those without a code nobody has told; LINE's own list shows them.
 */

export const LIST_HREF = "https://developers.line.biz/ja/docs/messaging-api/sticker-list/";

/**
 * @typedef {object} Sticker
 * @property {string} package_id
 * @property {string} sticker_id
 * @property {string[]} keywords codes
 * @property {""|"zh"|"th"} speaks the language of the words in it, where that is a foreign one
 *
 * @typedef {{id: number, first: number, last: number, ja: string, en: string, speaks?: Sticker["speaks"]}} Package
 */

/** @type {Package[]} those whose words are in another language last */
export const PACKAGES = [
  {
    id: 11537,
    first: 52002734,
    last: 52002773,
    ja: "ブラウン＆コニー＆サリー",
    en: "Brown, Cony, Sally",
  },
  { id: 789, first: 10855, last: 10894, ja: "サリー スペシャル", en: "Sally: Special Edition" },
  { id: 6136, first: 10551376, last: 10551399, ja: "謝罪のプロ！", en: "Making Amends" },
  { id: 8515, first: 16581242, last: 16581265, ja: "ゆる敬語★ 1", en: "Pretty Phrases 1" },
  { id: 8522, first: 16581266, last: 16581289, ja: "ゆる敬語★ 2", en: "Pretty Phrases 2" },
  { id: 6325, first: 10979904, last: 10979927, ja: "ちっちゃいブラコニ 1", en: "Fun Size Pack 1" },
  { id: 6370, first: 11088016, last: 11088039, ja: "ちっちゃいブラコニ 2", en: "Fun Size Pack 2" },
  { id: 446, first: 1988, last: 2027, ja: "ムーン スペシャル 1", en: "Moon: Special Edition 1" },
  { id: 1070, first: 17839, last: 17878, ja: "ムーン スペシャル 2", en: "Moon: Special Edition 2" },
  { id: 11538, first: 51626494, last: 51626533, ja: "チョコ＆仲間", en: "Choco & Friends" },
  { id: 11539, first: 52114110, last: 52114149, ja: "BT21", en: "BT21" },
  { id: 8525, first: 16581290, last: 16581313, ja: "ゆる敬語", en: "Pretty Phrases", speaks: "zh" },
  {
    id: 6362,
    first: 11087920,
    last: 11087943,
    ja: "ちっちゃいブラコニ",
    en: "Fun Size Pack",
    speaks: "zh",
  },
  {
    id: 6632,
    first: 11825374,
    last: 11825397,
    ja: "謝罪のプロ！",
    en: "Making Amends",
    speaks: "zh",
  },
  {
    id: 6359,
    first: 11069848,
    last: 11069871,
    ja: "ちっちゃいブラコニ",
    en: "Fun Size Pack",
    speaks: "th",
  },
];

/** @type {Record<number, string>} codes of a package's stickers in their order; `-` is unknown */
const MEANINGS = {
  8525: `ok thanks savior gotit opinion noproblem regards checking sorry lookforward goodwork love
    great glad isee please thinking please morning goodnight cry fluster feast cheer`,
  11537: `celebrate great love kiss hello bow ok coming kiss kiss puzzled glad blank shy music
    surprised cry lonely applause sleepless speechless please fluster soulless silly money no tired
    watching provoke sleepy doomed frozen angry cute warning please bye angry doomed`,
  6362: `ok noreply feast tired warm call bath promise thanks gotit relax please cook cheer love kiss
    discover comfort pressure peek celebrate tickle cheer goodnight`,
  789: `hello love glad ok yes no call goodnight drink meal cook food dance bath birthday play morning
    play race garden relax relax puzzled watching cry dontgo bored no annoyed angry angry stern
    doomed run scared dizzy silly annoyed rain sick`,
  6136: "sorry sorry cute sorry bow - - - - - - money humble please",
};

/** The stickers of a package. @param {Package} kit @returns {Sticker[]} */
export function stickersOf({ id, first, last, speaks = "" }) {
  const codes = (MEANINGS[id] ?? "").split(/\s+/);
  return Array.from({ length: last - first + 1 }, (_, at) => ({
    package_id: String(id),
    sticker_id: String(first + at),
    speaks,
    keywords: codes[at] && codes[at] !== "-" ? [codes[at]] : [],
  }));
}

/**
 * Those that a search is about, by their words in the operator's language or by their number.
 * @param {string} needle
 * @param {(code: string) => string} word
 */
export function foundStickers(needle, word) {
  const sought = needle.trim().toLocaleLowerCase();
  const isIt = (/** @type {Sticker} */ { sticker_id, keywords }) =>
    sticker_id === sought ||
    keywords.some((code) => code === sought || word(code).toLocaleLowerCase().includes(sought));
  return PACKAGES.flatMap(stickersOf).filter(isIt);
}
