// @ts-check
/** Small round pictures: people by the first letter of their name, accounts by a shop's sign. */
import { html, svg } from "/line-simulator/static/vendor/lit.js";

const HUES = 8;

/**
 * @param {string} key the same one has always the same colour
 * @param {string} name
 */
export function face(key, name) {
  const hue = [...key].reduce((sum, letter) => sum + letter.charCodeAt(0), 0) % HUES;
  return html`<span class="face face-${hue}" aria-hidden="true">${[...name][0] ?? "?"}</span>`;
}

/** @param {string} [picture] the address of one that the account has */
export function shop(picture) {
  if (picture) return html`<img class="face" src=${picture} alt="" referrerpolicy="no-referrer" />`;
  return html`<span class="face face-shop" aria-hidden="true">${SIGN}</span>`;
}

const SIGN = svg`<svg viewBox="0 0 24 24"><path d="M5 10v9h14v-9M4 6h16l1 4a2.500 2.500 0 0 1-4.500 1a2.500 2.500 0 0 1-4.500 0a2.500 2.500 0 0 1-4.500 0a2.500 2.500 0 0 1-4.500-1zM10 19v-5h4v5" /></svg>`;
