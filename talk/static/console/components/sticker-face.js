// @ts-check
/** A sticker without its picture, which is its maker's: a face of our own, and what it stands for. */
import { html, nothing, svg } from "/static/vendor/lit.js";
import { has, t } from "../i18n/index.js";
import { hueClass } from "../names.js";

/** @import { Sticker } from "../../protocol/types.js" */

/** Mouths and eyes that stay with a sticker. */
const MOUTHS = [
  svg`<path d="M22 37c3 5 17 5 20 0"/>`,
  svg`<path d="M26 37c2 2.500 10 2.500 12 0"/>`,
  svg`<path d="M22 36c2 9 18 9 20 0z" fill="currentColor"/>`,
];
const SAD_MOUTH = svg`<path d="M23 41c3-6 15-6 18 0"/>`;
const EYES = [
  svg`<path d="M22 25v4M42 25v4"/>`,
  svg`<path d="M18 28c2-4 6-4 8 0M38 28c2-4 6-4 8 0"/>`,
  svg`<circle cx="22" cy="27" r="2" fill="currentColor"/><circle cx="42" cy="27" r="2" fill="currentColor"/>`,
];
const SAD = new Set(
  [
    "sorry",
    "cry",
    "lonely",
    "dontgo",
    "sick",
    "doomed",
    "angry",
    "annoyed",
    "stern",
    "no",
    "rain",
  ].concat(["warning", "noreply", "scared", "fluster", "tired", "bored", "sad"]),
);

/** @param {Pick<Sticker, "sticker_id"|"keywords">} sticker */
export function face({ sticker_id: id, keywords = [] }) {
  const sum = [...id].reduce((total, sign) => (total * 31 + sign.charCodeAt(0)) % 9973, 7);
  const isSad = keywords.some((word) => SAD.has(word.toLowerCase()));
  const mouth = MOUTHS[Math.floor(sum / EYES.length) % MOUTHS.length];
  return html`<svg class="sticker-face" viewBox="0 0 64 64" fill="none" stroke="currentColor" stroke-width="3" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false">
    <path d="M32 7c14.4 0 25 9.400 25 22.500S46.400 52 32 52c-2.600 0-5.100-.3-7.400-.9L14 56l1.700-8.500C10.200 43.500 7 37 7 29.500 7 16.400 17.600 7 32 7z" fill="currentColor" fill-opacity="0.12"/>
    ${EYES[sum % EYES.length]}${isSad ? SAD_MOUTH : mouth}
  </svg>`;
}

/** @param {Sticker} said */
export function stickerFigure(said) {
  const meaning =
    said.text || (said.keywords ?? []).slice(0, 3).map(stickerWord).join(t("then.comma"));
  return html`<figure class="sticker ${hueClass(said.sticker_id)}">
    ${face(said)}
    <figcaption>
      ${meaning ? html`<bdi>${meaning}</bdi>` : nothing}<span class="sticker-label">${t("said.sticker")}</span>
    </figcaption>
  </figure>`;
}

/** A keyword in the operator's language, if it is one that we know. @param {string} word */
export function stickerWord(word) {
  const key = `sticker.${word.toLowerCase()}`;
  return has(key) ? t(key) : word;
}
