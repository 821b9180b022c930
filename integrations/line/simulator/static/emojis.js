// @ts-check
/** Emoji of the platform: in a text they are words in brackets, and a list tells where they stand. */

const PRODUCT = "5ac1bfd5040ab15980c9b435";

/** What a phone shows in their place; the real ones are pictures that are not ours. */
export const EMOJIS = [
  { word: "love", id: "001", shown: "💗" },
  { word: "smile", id: "002", shown: "😊" },
  { word: "wink", id: "003", shown: "😉" },
  { word: "tears", id: "004", shown: "😢" },
  { word: "shine", id: "005", shown: "✨" },
  { word: "please", id: "006", shown: "🙏" },
];

const WORDS = /\((\w+)\)/g;

/**
 * Where emoji stand in a text, counted as the platform does: in UTF-16 units.
 * @param {string} text
 */
export function emojisIn(text) {
  return [...text.matchAll(WORDS)].flatMap(({ 0: whole, 1: word, index }) => {
    const found = EMOJIS.find((one) => one.word === word);
    if (!found) return [];
    return [{ index, length: whole.length, productId: PRODUCT, emojiId: found.id }];
  });
}

/**
 * The text as it is read: each word in brackets that the list names is its emoji.
 * @param {string} text
 * @param {{index: number, length: number, emojiId: string}[]} [emojis]
 */
export function withEmojis(text, emojis = []) {
  let read = text;
  for (const { index, length, emojiId } of emojis.toReversed()) {
    const shown = EMOJIS.find((one) => one.id === emojiId)?.shown ?? "🙂";
    read = read.slice(0, index) + shown + read.slice(index + length);
  }
  return read;
}
