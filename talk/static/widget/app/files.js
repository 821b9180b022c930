// @ts-check
import { sizeOf } from "./dates.js";
import { el, icon } from "./dom.js";

/** @typedef {import("../store.js").AttachmentRow} AttachmentRow */

/** Addresses of fetched pictures: a redrawn line must not fetch again. @type {Map<string, Promise<string>>} */
const fetched = new Map();

/**
 * @param {string} id
 * @param {(id: string) => Promise<Blob>} content
 */
function addressOf(id, content) {
  const known = fetched.get(id) ?? content(id).then((blob) => URL.createObjectURL(blob));
  fetched.set(id, known);
  known.catch(() => fetched.delete(id));
  return known;
}

/** What was fetched for one visitor is not kept for the next. */
export function forgetFiles() {
  for (const address of fetched.values())
    address.then(
      (url) => URL.revokeObjectURL(url),
      () => {},
    );
  fetched.clear();
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
 * @param {AttachmentRow} attachment
 * @param {(id: string) => Promise<Blob>} content
 * @param {import("./words.js").Words} words
 */
function picture({ id, name, width, height }, content, words) {
  const image = el("img", { alt: `${words.picture}: ${name}`, width, height });
  const link = el("a", { class: "picture", target: "_blank", rel: "noopener" }, image);
  addressOf(id, content).then(
    (address) => {
      image.src = link.href = address;
    },
    () => link.replaceChildren(el("span", { class: "lost" }, `${name} — ${words.lost}`)),
  );
  return link;
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
