// @ts-check
/** A written value as it is drawn: text, chips, named values, cards; long ones unfold. */
import { html, nothing } from "/static/vendor/lit.js";
import { t } from "../i18n/index.js";
import { isLong } from "../legible.js";
import { words } from "../values.js";
import { traitName } from "./pane-words.js";
import { outLink } from "./parts.js";

/** @import { Written } from "../values.js" */

const MOST_CARDS = 5;

/**
 * @param {Written} written
 * @param {string} [needle] what is looked for: where it is folded away, that is open
 * @returns {unknown}
 */
export function drawn(written, needle = "") {
  const { text, href, isBadge, list, facts, cards, title } = written;
  if (cards) return cardList(cards, needle);
  if (facts) return html`${named(facts, needle)}${rest(written, needle)}`;
  if (list)
    return html`<ul class="inline-list">${list.map((one) => html`<li class="chip"><bdi>${one}</bdi></li>`)}</ul>`;
  if (href) return html`<bdi class="address" title=${href}>${outLink(href, text)}</bdi>`;
  if (isBadge) return html`<span class="chip chip-badge"><bdi>${text}</bdi></span>`;
  if (isLong(text)) return long(text, needle);
  return html`<bdi title=${title ?? nothing}>${text}</bdi>`;
}

/** @param {[string, Written][]} facts @param {string} needle */
function named(facts, needle) {
  return html`<dl class="facts facts-inner">${facts.map(
    ([name, one]) =>
      html`<div class=${one.facts || one.cards ? "fact fact-wide" : "fact"}><dt><bdi>${traitName(name)}</bdi></dt><dd>${drawn(one, needle)}</dd></div>`,
  )}</dl>`;
}

/** What the layout's columns leave out. @param {Written} written @param {string} needle */
function rest({ rest: others }, needle) {
  if (!others) return nothing;
  const isFound = has({ text: "", facts: others }, needle);
  return html`<details class="rest" ?open=${isFound}>
    <summary>${t("pane.otherFields", { count: others.length })}</summary>${named(others, needle)}
  </details>`;
}

/** @param {Written[]} all @param {string} needle */
function cardList(all, needle) {
  const list = (/** @type {Written[]} */ cards) =>
    html`<ul class="cards">${cards.map((one) => html`<li class="card">${drawn(one, needle)}</li>`)}</ul>`;
  if (all.length <= MOST_CARDS) return list(all);
  const others = all.slice(MOST_CARDS);
  return html`<div class="cards">
    ${list(all.slice(0, MOST_CARDS))}
    <details class="rest" ?open=${has({ text: "", cards: others }, needle)}><summary>${t("pane.more", { count: others.length })}</summary>${list(others)}</details>
  </div>`;
}

/** More than some lines are there when they are asked for. @param {string} text @param {string} needle */
function long(text, needle) {
  return html`<div class="long">
    <bdi class="long-text">${text}</bdi>
    <details ?open=${has({ text }, needle)}><summary><span class="long-more">${t("pane.whole")}</span><span class="long-less">${t("pane.fewerPages")}</span></summary></details>
  </div>`;
}

/** @param {Written} written @param {string} needle */
function has(written, needle) {
  return needle !== "" && words(written).toLowerCase().includes(needle);
}
