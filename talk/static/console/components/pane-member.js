// @ts-check
/** What was told of the customer: identifiers with who vouches for them, and member data. */
import { html, nothing } from "/static/vendor/lit.js";
import { ago } from "../format.js";
import { locale, t } from "../i18n/index.js";
import { valueAt, words, write } from "../values.js";
import { block } from "./pane-parts.js";
import { outLink, time } from "./parts.js";

/**
 * @import { BlockShown, ClaimRow, CustomerRow, FieldShown, IdentityRow, Known } from "../../protocol/types.js"
 * @import { Written } from "../values.js"
 * @import { View } from "./pane-blocks.js"
 */

export const CLAIMED = "claimed.";
/** Characters that fit a few lines. */
const LONG = 160;
const MOST_CARDS = 5;

/** @param {View} view */
export function identifiersBlock(view) {
  const customer = view.sidebar?.customer;
  if (!customer || customer.identities.length + customer.claims.length === 0) return null;
  const lines = [...customer.identities, ...customer.claims].map((one, at) =>
    identifier(one, at, view),
  );
  const found = sifted(lines, view);
  if (found.length === 0) return null;
  return block(
    t("pane.identifiers"),
    html`<dl class="facts">${found.map((line) => fact(line))}</dl>`,
    nothing,
    found.map((line) => line.words),
  );
}

/**
 * A block of values: a section of the layout, or all that is not named elsewhere.
 * @param {View} view
 * @param {BlockShown} shown
 */
export function valuesBlock(view, shown) {
  const customer = view.sidebar?.customer;
  if (!customer) return null;
  const title =
    shown.label ||
    t(shown.kind === "member" && shown.place === 0 ? "pane.otherData" : "pane.member");
  const found = sifted(linesOf(view, shown), view);
  if (found.length === 0) return null;
  const common = commonSource(found);
  return block(
    title,
    html`<dl class="facts">${found.map((line) => fact(line, common !== "" && line.source !== ""))}</dl>`,
    common ? found[0]?.aside : nothing,
    found.map((line) => line.words),
  );
}

/** What is said of all values alike is said once, beside the title. @param {Line[]} lines */
function commonSource(lines) {
  const source = lines[0]?.source ?? "";
  const isCommon = lines.every((line) => line.source === "" || line.source === source);
  return lines.length > 1 && isCommon ? source : "";
}

/**
 * A whole key as a block: a table of contracts, an object that an API has sent.
 * @param {View} view
 * @param {BlockShown} shown
 */
export function dataBlock(view, shown) {
  const lines = linesOf(view, shown);
  const [first, ...claimed] = lines;
  if (!first) return null;
  return block(
    shown.label || first.name,
    html`${first.value}${claimed.map((line) => html`<div class="told">${line.value}${line.aside}</div>`)}`,
    first.aside,
    lines.map((line) => line.words),
  );
}

/**
 * @typedef {object} Line
 * @property {string} name
 * @property {unknown} value
 * @property {unknown} aside who says so, or that nobody vouches for it
 * @property {string} source the same in words; '' where the aside says more
 * @property {string} words what finds it
 * @property {boolean} [wide] it needs the whole width
 */

/** Those with what is looked for, or all when the block's own title has it. @param {Line[]} lines @param {View} view */
function sifted(lines, { needle }) {
  return needle ? lines.filter((line) => line.words.toLowerCase().includes(needle)) : lines;
}

/** @param {View} view @param {BlockShown} shown */
function linesOf(view, { fields }) {
  return fields.map((field) => lineOf(view, field)).filter((line) => line !== null);
}

/** @param {View} view @param {FieldShown} field @returns {Line|null} */
function lineOf(view, field) {
  const value = shownValue(view, field);
  if (!value) return null;
  const name = field.label || traitName(bare(field.key));
  const aside = value.isClaim ? unverified() : told(value.known, view);
  const line = { name, aside, source: value.isClaim ? "" : saidBy(value.known, view) };
  if (value.isMasked) {
    return { ...line, words: name, value: masked(view, value.name, String(value.value)) };
  }
  const written = write(value.value, field.format, tongue(view), field.columns);
  const wide = Boolean(written.facts ?? written.cards) || written.text.length > LONG;
  return { ...line, words: `${name} ${words(written)}`, value: drawn(written), wide };
}

/**
 * What is shown of a field: the value itself, revealed or not, or what stands in its place.
 * @param {View} view
 * @param {FieldShown} field
 */
function shownValue(view, { key }) {
  const customer = /** @type {CustomerRow} */ (view.sidebar?.customer);
  const isClaim = key.startsWith(CLAIMED);
  const found = valueAt(customer.traits, key);
  if (found && !(bare(found.name) in customer.masked))
    return { ...found, isClaim, isMasked: false };
  // Of a masked object nothing inside is known: its dots stand for all of it.
  const name = found?.name ?? nameOf(customer.traits, key);
  if (!name || !(bare(name) in customer.masked)) return null;
  const revealed = view.desk.reveals.of(customer.id, bare(name));
  const value = revealed && valueAt(revealed.customer.traits, key);
  if (value) return { ...value, isClaim, isMasked: false };
  const known = /** @type {Known} */ (customer.traits[name]);
  return { name, known, value: known.value, isClaim, isMasked: true };
}

/** The longest trait that a key goes on from. @param {Record<string, Known>} traits @param {string} key */
function nameOf(traits, key) {
  const parts = key.split(".");
  while (parts.length > 0 && !Object.hasOwn(traits, parts.join("."))) parts.pop();
  return parts.join(".");
}

/** @param {IdentityRow|ClaimRow} one @param {number} at @param {View} view @returns {Line} */
function identifier(one, at, view) {
  const customer = /** @type {CustomerRow} */ (view.sidebar?.customer);
  const isVerified = "verified_by" in one;
  const name = kindName(one.kind);
  const aside = isVerified ? verified(one) : unverified();
  const line = { name, aside, source: "", words: name };
  if (!(one.kind in customer.masked)) {
    return { ...line, words: `${name} ${one.value}`, value: html`<bdi>${one.value}</bdi>` };
  }
  const shown = view.desk.reveals.of(customer.id, one.kind)?.customer;
  const place = isVerified ? "identities" : "claims";
  const nth = customer[place]
    .filter(({ kind }) => kind === one.kind)
    .indexOf(/** @type {any} */ (one));
  const value = shown?.[place][nth]?.value;
  const content = value ? html`<bdi>${value}</bdi>` : masked(view, one.kind, one.value, at);
  return { ...line, value: content };
}

/**
 * Dots, and for whom may the way to what is behind them.
 * @param {View} view
 * @param {string} key
 * @param {string} dots
 * @param {number} [at]
 */
function masked(view, key, dots, at = 0) {
  const mayReveal = view.sidebar?.customer.masked[bare(key)];
  return html`<span class="masked" title=${t(mayReveal ? "pane.masked" : "pane.maskedForYou")}>
    <span aria-hidden="true">${dots}</span><span class="visually-hidden">${t("pane.masked")}</span>
    ${
      mayReveal
        ? html`<reveal-button .desk=${view.desk} .row=${view.row} .field=${bare(key)} data-at=${at}></reveal-button>`
        : nothing
    }
  </span>`;
}

/** @param {Written} written @returns {unknown} */
function drawn({ text, href, isBadge, list, facts, cards, title }) {
  if (cards) return cardList(cards);
  if (facts) {
    return html`<dl class="facts facts-inner">${facts.map(
      ([name, one]) =>
        html`<div class=${one.facts || one.cards ? "fact fact-wide" : "fact"}><dt><bdi>${traitName(name)}</bdi></dt><dd>${drawn(one)}</dd></div>`,
    )}</dl>`;
  }
  if (list)
    return html`<ul class="inline-list">${list.map((one) => html`<li class="chip"><bdi>${one}</bdi></li>`)}</ul>`;
  if (href) return html`<bdi class="address">${outLink(href, text)}</bdi>`;
  if (isBadge) return html`<span class="chip chip-badge"><bdi>${text}</bdi></span>`;
  if (text.length > LONG) return long(text);
  return html`<bdi title=${title ?? nothing}>${text}</bdi>`;
}

/** @param {Written[]} all */
function cardList(all) {
  const list = (/** @type {Written[]} */ cards) =>
    html`<ul class="cards">${cards.map((one) => html`<li class="card">${drawn(one)}</li>`)}</ul>`;
  if (all.length <= MOST_CARDS) return list(all);
  return html`<div class="cards">
    ${list(all.slice(0, MOST_CARDS))}
    <details class="rest"><summary>${t("pane.more", { count: all.length - MOST_CARDS })}</summary>${list(all.slice(MOST_CARDS))}</details>
  </div>`;
}

/** More than some lines are there when they are asked for. @param {string} text */
function long(text) {
  return html`<div class="long">
    <bdi class="long-text">${text}</bdi>
    <details><summary><span class="long-more">${t("pane.whole")}</span><span class="long-less">${t("pane.fewerPages")}</span></summary></details>
  </div>`;
}

/**
 * @param {Line} line
 * @param {boolean} [isSaid] its source stands beside the block's title
 */
function fact({ name, value, aside, source, wide }, isSaid = false) {
  return html`<div class=${wide ? "fact fact-wide" : "fact"}>
    <dt><bdi>${name}</bdi></dt>
    <dd class="told" title=${source || nothing}>${value}${isSaid ? nothing : aside}</dd>
  </div>`;
}

/** The source and the age of a value. @param {Known} known @param {View} view */
function told(known, view) {
  return html`<span class="told-by">${time(known.synced_at, saidBy(known, view))}</span>`;
}

/** @param {Known} known @param {View} view */
function saidBy({ source, synced_at }, { desk }) {
  return t("pane.told", { source: sourceName(source), ago: ago(synced_at, desk.now, locale()) });
}

const unverified = () => html`<span class="chip chip-warn">${t("pane.unverified")}</span>`;
/** @param {IdentityRow} one */
const verified = ({ verified_by }) =>
  html`<span class="chip" title=${verifierName(verified_by)}>${t("pane.verified")}</span>`;

/** @param {View} view */
const tongue = ({ desk }) => ({
  now: desk.now,
  locale: locale(),
  yes: t("pane.yes"),
  no: t("pane.no"),
});
/** @param {string} key */
const bare = (key) => (key.startsWith(CLAIMED) ? key.slice(CLAIMED.length) : key);
/** @param {string} kind */
const kindName = (kind) => known(`pane.identifier.${kind}`, kind);
/** @param {string} verifier */
const verifierName = (verifier) => known(`pane.verifier.${verifier}`, verifier);
/** @param {string} source */
export const sourceName = (source) => known(`pane.source.${source.split(":")[0]}`, source);
/** @param {string} key */
export const traitName = (key) => known(`pane.trait.${key}`, key);

/**
 * Words where we have them; a site's own names stay as they are.
 * @param {string} key
 * @param {string} otherwise
 */
function known(key, otherwise) {
  const said = t(key);
  return said === key ? otherwise : said;
}
