// @ts-check
/** What the blocks of the customer's pane are made of. */
import { html, nothing } from "/static/vendor/lit.js";
import { safeHref } from "../linkify.js";
import { outLink } from "./parts.js";

/**
 * @param {string} title
 * @param {unknown} content
 * @param {unknown} [aside]
 */
export function block(title, content, aside = nothing) {
  return html`<section class="block">
    <h3 class="block-head"><span>${title}</span><span class="block-aside">${aside}</span></h3>
    ${content}
  </section>`;
}

/**
 * A block of named values; without any it hides.
 * @param {string} title
 * @param {[string, unknown][]} rows
 */
export function facts(title, rows) {
  const known = rows.filter(([, value]) => value !== "");
  if (known.length === 0) return nothing;
  return block(
    title,
    html`<dl class="facts">
      ${known.map(([name, value]) => html`<div class="fact"><dt>${name}</dt><dd>${value}</dd></div>`)}
    </dl>`,
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
