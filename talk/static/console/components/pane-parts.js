// @ts-check
/** What the blocks of the customer's pane are made of. */
import { html, nothing } from "/static/vendor/lit.js";
import { safeHref } from "../linkify.js";
import { outLink } from "./parts.js";

/**
 * A block before it is drawn; `words` are what else finds it, beside its title.
 * @typedef {{title: string, content: unknown, aside: unknown, words: string}} Drawn
 */

/**
 * @param {string} title
 * @param {unknown} content
 * @param {unknown} [aside]
 * @param {unknown} [data] what it shows, to be found by
 * @returns {Drawn}
 */
export function block(title, content, aside = nothing, data = "") {
  return { title, content, aside, words: JSON.stringify(data) ?? "" };
}

/**
 * A block that the layout has no say in: it neither folds nor moves.
 * @param {string} title
 * @param {unknown} content
 */
export function fixedBlock(title, content) {
  return html`<section class="block">
    <div class="block-head"><h3 class="block-title">${title}</h3></div>
    ${content}
  </section>`;
}

/**
 * A block of named values; without any there is none.
 * @param {string} title
 * @param {[string, unknown][]} rows
 * @param {unknown} [data]
 */
export function facts(title, rows, data = "") {
  const known = rows.filter(([, value]) => value !== "");
  if (known.length === 0) return null;
  return block(
    title,
    html`<dl class="facts">
      ${known.map(([name, value]) => html`<div class="fact"><dt>${name}</dt><dd>${value}</dd></div>`)}
    </dl>`,
    nothing,
    data,
  );
}

/** Without the scheme, as people read it. @param {string} url */
export function address(url) {
  return html`<bdi class="address" title=${url}>${linked(url, url.replace(/^https?:\/\//, ""))}</bdi>`;
}

/**
 * @param {string} url
 * @param {string} shown
 */
export function linked(url, shown) {
  const href = safeHref(url);
  return href ? outLink(href, shown) : shown;
}

/** @param {string} url */
export function path(url) {
  const href = safeHref(url);
  if (!href) return url;
  const { pathname, search } = new URL(href);
  return readable(pathname + search);
}

/** @param {string} text */
function readable(text) {
  try {
    return decodeURI(text);
  } catch {
    return text;
  }
}

/** @param {...(string|undefined)} words */
export function joined(...words) {
  return words.filter(Boolean).join(" ");
}
