// @ts-check
/** Small pieces that several elements draw. */
import { classMap, html, nothing, ref } from "/static/vendor/lit.js";
import { full } from "../format.js";
import { locale } from "../i18n/index.js";
import { linkify } from "../linkify.js";
import { customerName, guestCode, hueClass, initials } from "../names.js";
import { icon } from "./icons.js";

/** @import { InboxRow, LabelRow } from "../../protocol/types.js" @import { Customer } from "../names.js" */

/**
 * A round picture; the name is beside it or in the label of what surrounds it.
 * @param {{id: string, name: string, url?: string, size?: "s"|"m"|"l", mark?: unknown}} person
 */
export function avatar({ id, name, url = "", size = "m", mark = initials(name) }) {
  const classes = { avatar: true, [`avatar-${size}`]: true, [hueClass(id)]: true };
  if (url) return html`<img class=${classMap(classes)} src=${url} alt="" loading="lazy" />`;
  return html`<span class=${classMap(classes)} aria-hidden="true">${mark}</span>`;
}

/**
 * A guest has no initials: a figure stands for them.
 * @param {Customer} row
 * @param {"m"|"l"} size
 */
export function customerAvatar(row, size) {
  const mark = row.name.trim() ? initials(row.name) : icon("person");
  return avatar({ id: row.customer_id, name: row.name, mark, size });
}

/** The customer's name; a guest's is followed by what tells guests apart. @param {Customer} row */
export function named(row) {
  const code = guestCode(row);
  return html`<bdi>${customerName(row)}</bdi>${code ? html` <span class="guest-code">${code}</span>` : nothing}`;
}

/** The inbox's own colour, which is data and so no class. @param {InboxRow|undefined} inbox */
export function inboxDot(inbox) {
  if (!inbox) return nothing;
  return html`<span
    class="inbox-dot"
    ${ref((dot) => /** @type {HTMLElement|undefined} */ (dot)?.style.setProperty("--inbox", inbox.color))}
  ></span>`;
}

/** A label; its colour only repeats what its name says. @param {LabelRow} label */
export function labelChip({ name, color, description }) {
  return html`<span class="chip label label-${color}" title=${description || name}><span class="label-dot"></span><bdi>${name}</bdi></span>`;
}

/**
 * A time in words that tells the exact one on hover.
 * @param {string} iso
 * @param {unknown} shown
 */
export function time(iso, shown) {
  return html`<time datetime=${iso} title=${full(iso, locale())}>${shown}</time>`;
}

/** Text from anybody: shown as text, addresses as links. @param {string} body */
export function richText(body) {
  return linkify(body).map((part) => (part.href ? outLink(part.href, part.text) : part.text));
}

/**
 * @param {string} href safe already
 * @param {unknown} shown
 */
export function outLink(href, shown) {
  return html`<a href=${href} target="_blank" rel="noopener noreferrer nofollow">${shown}</a>`;
}

/** A key of the keyboard. @param {string} name */
export function key(name) {
  return html`<kbd>${name}</kbd>`;
}
