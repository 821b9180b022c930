// @ts-check
/** The words of a text: links can be followed, placeholders are what they stand for. */
import { html } from "/line-simulator/static/vendor/lit.js";
import { withEmojis } from "../emojis.js";

const LINK = /https?:\/\/[^\s<>"'、。）」]+/g;

/** @param {any} message */
export function wordsWithLinks(message) {
  const text = message.type === "textV2" ? substituted(message) : read(message);
  const parts = [];
  let at = 0;
  for (const found of text.matchAll(LINK)) {
    parts.push(text.slice(at, found.index), link(found[0]));
    at = found.index + found[0].length;
  }
  return [...parts, text.slice(at)];
}

/** @param {string} url */
function link(url) {
  return html`<a href=${url} target="_blank" rel="noopener noreferrer">${url}</a>`;
}

/** Who sends by a call has put a `$` where an emoji is to stand. @param {any} message */
function read(message) {
  const placed = (message.emojis ?? []).map((/** @type {any} */ one) => ({ length: 1, ...one }));
  return withEmojis(String(message.text), placed);
}

/** @param {any} message */
function substituted(message) {
  const named = (/** @type {string} */ _all, /** @type {string} */ name) => {
    const one = message.substitution?.[name];
    return one?.type === "mention" ? "@" : "🙂";
  };
  return String(message.text)
    .replace(/(?<!\{)\{(\w+)\}(?!\})/g, named)
    .replaceAll("{{", "{")
    .replaceAll("}}", "}");
}
