// @ts-check
/** The words of a text: links can be followed, placeholders are what they stand for. */
import { html } from "/line-simulator/static/vendor/lit.js";

const LINK = /https?:\/\/[^\s<>"'、。）」]+/g;

/** @param {any} message */
export function wordsWithLinks(message) {
  const text = message.type === "textV2" ? substituted(message) : withEmojis(message);
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

/** Emoji of the platform have no picture here: a face stands for them. @param {any} message */
function withEmojis(message) {
  if (!message.emojis?.length || message.id) return String(message.text);
  const units = String(message.text).split("");
  for (const { index } of message.emojis) units[index] = "🙂";
  return units.join("");
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
