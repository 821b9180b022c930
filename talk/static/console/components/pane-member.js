// @ts-check
/** What was told of the customer: identifiers with who vouches for them, and member data. */
import { html, nothing } from "/static/vendor/lit.js";
import { ago, full } from "../format.js";
import { locale, t } from "../i18n/index.js";
import { isLong, saidByMost } from "../legible.js";
import { othersAt, valueAt, words, write } from "../values.js";
import { othersChip } from "./pane-others.js";
import { block } from "./pane-parts.js";
import { drawn } from "./pane-values.js";
import { kindName, sourceName, standingChip, standingMark, traitName } from "./pane-words.js";

/**
 * @import { BlockShown, ClaimRow, CustomerRow, FieldShown, IdentityRow, Known } from "../../protocol/types.js"
 * @import { Written } from "../values.js"
 * @import { View } from "./pane-blocks.js"
 */

const CLAIMED = "claimed.";

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
  // Of most values the same is said: once, beside the title; only of the others it stands there.
  const common = saidByMost(found.map(({ source }) => source));
  return block(
    title,
    html`<dl class="facts">${found.map((line) => fact(line, line.source !== "" && line.source === common))}</dl>`,
    found.find((line) => common && line.source === common)?.aside ?? nothing,
    found.map((line) => line.words),
  );
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
    html`${first.value}${first.others}${claimed.map((line) => html`<div class="told">${line.value}${line.aside}</div>`)}`,
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
 * @property {string} [title] when it changed and when it was read
 * @property {unknown} [others] what other sources say otherwise
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
  const title = timesOf(value.known);
  const aside = value.isClaim ? standingChip("claimed") : told(value.known, title, view);
  const source = value.isClaim ? "" : saidBy(value.known, view);
  const line = { name, aside, source, title };
  if (value.isMasked) {
    return { ...line, words: name, value: veiled(view, value.name, String(value.value), false) };
  }
  const say = (/** @type {unknown} */ what) =>
    write(what, field.format, tongue(view), field.columns);
  const written = say(value.value);
  const others = othersAt(value, field.key).map((one) => ({ ...one, written: say(one.value) }));
  const all = [written, ...others.map((one) => one.written)];
  const isWide = Boolean(written.facts ?? written.cards) || isLong(written.text);
  return {
    ...line,
    words: [name, ...all.map(words)].join(" "),
    value: value.isRevealed
      ? veiled(view, value.name, drawn(written, view.needle), true)
      : drawn(written, view.needle),
    others: others.length > 0 ? othersChip(others, view.needle, view.desk.now) : nothing,
    wide: isWide,
  };
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
    return { ...found, isClaim, isMasked: false, isRevealed: false };
  // Of a masked object nothing inside is known: its dots stand for all of it.
  const name = found?.name ?? nameOf(customer.traits, key);
  if (!name || !(bare(name) in customer.masked)) return null;
  const revealed = view.desk.reveals.of(customer.id, bare(name));
  const value = revealed && valueAt(revealed.customer.traits, key);
  if (value) return { ...value, isClaim, isMasked: false, isRevealed: true };
  const known = /** @type {Known} */ (customer.traits[name]);
  return { name, known, value: known.value, isClaim, isMasked: true, isRevealed: false };
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
  const aside = isVerified ? standingMark("verified", one.verified_by) : standingMark("claimed");
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
  const content = value ? html`<bdi>${value}</bdi>` : one.value;
  return { ...line, value: veiled(view, one.kind, content, Boolean(value), at) };
}

/**
 * Dots, and for whom may the way to what is behind them; or that for its minute, and the way back.
 * @param {View} view
 * @param {string} key
 * @param {unknown} content the dots, or what they stood for
 * @param {boolean} isShown
 * @param {number} [at]
 */
function veiled(view, key, content, isShown, at = 0) {
  const mayReveal = view.sidebar?.customer.masked[bare(key)];
  const words = t(mayReveal ? "pane.masked" : "pane.maskedForYou");
  return html`<span class=${isShown ? "masked masked-shown" : "masked"} title=${isShown ? nothing : words}>
    <span aria-hidden=${isShown ? nothing : "true"}>${content}</span>${isShown ? nothing : html`<span class="visually-hidden">${t("pane.masked")}</span>`}
    ${
      mayReveal
        ? html`<reveal-button .desk=${view.desk} .row=${view.row} .field=${bare(key)} .isShown=${isShown} data-at=${at}></reveal-button>`
        : nothing
    }
  </span>`;
}

/**
 * @param {Line} line
 * @param {boolean} [isSaid] its source stands beside the block's title
 */
function fact({ name, value, aside, title, others, wide }, isSaid = false) {
  return html`<div class=${wide ? "fact fact-wide" : "fact"}>
    <dt><bdi>${name}</bdi></dt>
    <dd class="told" title=${title ?? nothing}>${value}${isSaid ? nothing : aside}${others}</dd>
  </div>`;
}

/** The source and the age of a value. @param {Known} known @param {string} title @param {View} view */
function told(known, title, view) {
  return html`<time class="told-by" datetime=${known.synced_at} title=${title}>${saidBy(known, view)}</time>`;
}

/** @param {Known} known @param {View} view */
function saidBy({ source, synced_at }, { desk }) {
  return t("pane.told", { source: sourceName(source), ago: ago(synced_at, desk.now, locale()) });
}

/** Its source, when that changed it, and when we read it. @param {Known} known */
function timesOf({ source, changed_at, synced_at }) {
  const [changed, synced] = [changed_at, synced_at].map((at) => full(at, locale()));
  return t("pane.toldTimes", {
    source: sourceName(source),
    changed: changed ?? "",
    synced: synced ?? "",
  });
}

/** @param {View} view */
const tongue = ({ desk }) => ({
  now: desk.now,
  locale: locale(),
  yes: t("pane.yes"),
  no: t("pane.no"),
});
/** @param {string} key */
const bare = (key) => (key.startsWith(CLAIMED) ? key.slice(CLAIMED.length) : key);
