// @ts-check
/** Stickers as drawings. */
import { svg } from "/line-simulator/static/vendor/lit.js";
import { STICKERS } from "../stickers.js";
import { t } from "../texts.js";

/** @import { Sticker } from "../stickers.js" */

/**
 * How a sticker looks here, and what is said of it; one that is not ours is drawn as one of ours.
 * @param {any} message
 * @returns {{sticker: Sticker, words: string}}
 */
export function drawingOf(message) {
  const own = STICKERS.find((one) => one.id === message.stickerId);
  const sticker = own ?? STICKERS[Number(message.stickerId) % STICKERS.length] ?? STICKERS[0];
  const words = message.text || (own ? t(`stickers.${own.name}`) : `#${message.stickerId}`);
  return { sticker, words };
}

/**
 * @param {Sticker} sticker
 * @param {string} words
 */
export function drawn(sticker, words) {
  return svg`<svg class="sticker sticker-${sticker.hue}" viewBox="0 0 100 112" role="img" aria-label=${words}>
    <path class="sticker-body" d="M50 20c20 0 34 14 34 34s-12 36-34 36-34-16-34-36 14-34 34-34z" />
    <path class="sticker-leaf" d="M50 21q-2-9 4-14q7 5 2 14z" />
    <path class="sticker-cheek" d="M29 64h8M63 64h8" />
    <path class="sticker-line" d=${sticker.eyes} />
    <path class="sticker-line" d=${sticker.mouth} />
    <path class="sticker-more" d=${sticker.more ?? ""} />
    <text x="50" y="108" text-anchor="middle">${words}</text>
  </svg>`;
}
