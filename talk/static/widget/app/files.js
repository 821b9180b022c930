// @ts-check
import { sizeOf } from "./dates.js";
import { el, icon } from "./dom.js";
import { makeHeld } from "./held.js";

/** @typedef {import("../store.js").AttachmentRow} AttachmentRow */

/** Panels live as long as their tab: so many pictures are held besides those on the screen. */
const MOST_HELD = 50;
/** In pixels, as `.picture` has it. */
const [WIDEST, TALLEST] = [240, 280];
/** How far from the screen a picture is fetched already. */
const NEAR = "600px";

/** @typedef {{image: HTMLImageElement, link: HTMLAnchorElement, isNear: boolean, come: () => void}} Picture */

/** Those whose bytes are held or on their way. @type {Map<string, Picture>} */
const pictures = new Map();
/** @type {WeakMap<Element, Picture>} */
const pictureOf = new WeakMap();

/** Addresses of bytes that were fetched: what comes back to the screen is not fetched again. */
const addresses = makeHeld({
  most: MOST_HELD,
  isNeeded: (id) => pictures.get(id)?.isNear === true,
  letGo(id, /** @type {string} */ address) {
    URL.revokeObjectURL(address);
    const { image, link } = pictures.get(id) ?? {};
    image?.removeAttribute("src");
    link?.removeAttribute("href");
    pictures.delete(id);
  },
});

// A scroller within the frame needs its margin by name, where a browser knows it.
const watch = new IntersectionObserver(
  (entries) => {
    for (const { target, isIntersecting } of entries) {
      const picture = pictureOf.get(target);
      if (!picture) continue;
      picture.isNear = isIntersecting;
      if (isIntersecting) picture.come();
    }
  },
  /** @type {any} */ ({ rootMargin: NEAR, scrollMargin: NEAR }),
);

/**
 * @param {string} id
 * @param {(id: string) => Promise<Blob>} content
 */
function addressOf(id, content) {
  return addresses.get(id, () => content(id).then((blob) => URL.createObjectURL(blob)));
}

/** What was fetched for one visitor is not kept for the next. */
export function forgetFiles() {
  watch.disconnect();
  pictures.clear();
  addresses.clear();
}

/**
 * A picture in place, or a file to download. The bytes need the visitor's token, so they are
 * fetched, and shown from memory.
 * @param {AttachmentRow} attachment
 * @param {{content: (id: string) => Promise<Blob>, words: import("./words.js").Words, locale: string}} shown
 */
export function attachmentView(attachment, { content, words, locale }) {
  const isPicture = attachment.media_type.startsWith("image/");
  return isPicture ? picture(attachment, content, words) : file(attachment, content, words, locale);
}

/**
 * Fetched when it comes near the screen.
 * @param {AttachmentRow} attachment
 * @param {(id: string) => Promise<Blob>} content
 * @param {import("./words.js").Words} words
 */
function picture({ id, name, width, height }, content, words) {
  const image = el("img", { alt: `${words.picture}: ${name}`, width, height });
  const link = el("a", { class: "picture", target: "_blank", rel: "noopener" }, image);
  reserve(link, width, height);
  const come = () => {
    pictures.set(id, self);
    addressOf(id, content).then(
      (address) => {
        image.src = link.href = address;
        if (!image.isConnected) link.replaceChildren(image); // it was lost at first
      },
      () => link.replaceChildren(el("span", { class: "lost" }, `${name} — ${words.lost}`)),
    );
  };
  const self = { image, link, isNear: false, come };
  pictureOf.set(link, self);
  watch.observe(link);
  return link;
}

/**
 * Its room is there before it comes, so that nothing moves under the reader.
 * @param {HTMLElement} link
 * @param {number | null} width
 * @param {number | null} height
 */
function reserve(link, width, height) {
  if (!width || !height) return;
  link.style.aspectRatio = `${width} / ${height}`;
  // No wider, and be it only by its max-width: the whole thread would make room for it.
  link.style.width = `${Math.round(Math.min(width, WIDEST, (TALLEST * width) / height))}px`;
}

/**
 * @param {AttachmentRow} attachment
 * @param {(id: string) => Promise<Blob>} content
 * @param {import("./words.js").Words} words
 * @param {string} locale
 */
function file({ id, name, size }, content, words, locale) {
  const state = el("span", { class: "size" }, sizeOf(size, locale));
  const open = () =>
    addressOf(id, content).then(
      (address) => el("a", { href: address, download: name }).click(),
      () => {
        state.textContent = words.lost;
      },
    );
  return el(
    "button",
    { type: "button", class: "file", onclick: open, title: words.file },
    icon("file"),
    el("bdi", { class: "name" }, name),
    state,
  );
}
