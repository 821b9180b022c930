// @ts-check
/**
 * The headline: which of the administrator's clauses hold, from what this console was told of the
 * customer, masks and all. Pure: no DOM, no clock. `talk/headline.py` says what clauses there are.
 */
import { ago, briefSpan, daysUntil, money, relativeDays, shortDate } from "./format.js";
import { valueAt, write } from "./values.js";

/**
 * @import { ClauseRow, ContextData, CustomerRow, ErrorMet } from "../protocol/types.js"
 * @import { Thread } from "./thread.js"
 * @import { Tongue } from "./values.js"
 *
 * @typedef {object} Facts
 * @property {Partial<ContextData>} context
 * @property {CustomerRow|null} customer null while unknown
 * @property {string[]} said when the customer wrote, as far as it is loaded, the oldest first
 * @property {string[]} returned when they wrote again in what was resolved
 * @property {Tongue} tongue
 * @property {(error: ErrorMet) => string} nameOf what an error is called
 *
 * @typedef {object} Held a clause that holds; its evidence is the block of a kind, or a key's
 * @property {string} text
 * @property {string} block
 * @property {string} key
 *
 * @typedef {object} Found
 * @property {Record<string, string|number>} words for the names in the clause's text
 * @property {string} block
 * @property {string} [key]
 * @property {string[]} about what of one headline speaks only once
 */

export const MOST = 3;
const LONGEST_WORD = 24;
const DAY_MS = 86_400_000;
/** What is longer ago is not today's news, even if the conversation or the cart is still there. */
const LATELY_MS = 3 * DAY_MS;
const DATE = /^\d{4}-\d{2}-\d{2}/;

/** @type {Record<ClauseRow["kind"], (rule: ClauseRow, facts: Facts) => Found|null>} */
const RULES = {
  error_contact: errorContact,
  errors: errorsMet,
  quick_contact: quickContact,
  cart: cartFull,
  order: ordered,
  renewal,
  repeat: repeated,
  trait: memberData,
};

/**
 * The first clauses that hold, at most three.
 * @param {ClauseRow[]} rules in the administrator's order
 * @param {Facts} facts
 * @returns {Held[]}
 */
export function headline(rules, facts) {
  /** @type {Held[]} */
  const held = [];
  /** @type {Set<string>} */
  const told = new Set();
  for (const rule of rules) {
    const found = held.length < MOST ? RULES[rule.kind]?.(rule, facts) : null;
    if (!found || found.about.some((subject) => told.has(subject))) continue;
    for (const subject of found.about) told.add(subject);
    const text = filled(textOf(rule, facts.tongue.locale), found.words);
    held.push({ text, block: found.block, key: found.key ?? "" });
  }
  return held;
}

/**
 * When the customer wrote, and which of these came after the conversation had been resolved.
 * @param {Pick<Thread, "messages"|"notes">|undefined} thread
 * @returns {Pick<Facts, "said"|"returned">}
 */
export function wordsIn(thread) {
  const own = [...(thread?.messages.values() ?? [])]
    .filter(({ sender }) => sender === "customer")
    .sort((a, b) => a.seq - b.seq);
  const resolved = [...(thread?.notes.values() ?? [])].filter(
    ({ data }) => data.code === "status" && data.to === "resolved",
  );
  const again = resolved.map(({ after_seq }) => own.find(({ seq }) => seq > after_seq)?.created_at);
  const returned = [...new Set(again)].filter((at) => at !== undefined);
  return { said: own.map(({ created_at }) => created_at), returned };
}

/** Whether any clause needs the customer's member data. @param {ClauseRow[]} rules */
export function needsMember(rules) {
  return rules.some(({ kind }) => kind === "renewal" || kind === "trait");
}

/** @param {ClauseRow} rule @param {string} locale */
function textOf({ texts }, locale) {
  return texts[locale] ?? texts.ja ?? "";
}

/** @param {string} text @param {Record<string, string|number>} words */
function filled(text, words) {
  return text.replace(/\{(\w+)\}/g, (whole, name) =>
    Object.hasOwn(words, name) ? String(words[name]) : whole,
  );
}

/** @param {ClauseRow} rule @param {Facts} facts @returns {Found|null} */
function errorContact({ threshold }, { context, said, tongue, nameOf }) {
  for (const error of context.shopping?.errors ?? []) {
    const after = secondsToContact(error.at, said, tongue.now);
    if (after === null || after > (threshold ?? 0)) continue;
    const words = { ...errorWords(error, nameOf), after: briefSpan(after, tongue.locale) };
    return { words, block: "errors", about: ["errors", "contact"] };
  }
  return null;
}

/** @param {ClauseRow} rule @param {Facts} facts @returns {Found|null} */
function errorsMet({ threshold }, { context, tongue, nameOf }) {
  const met = (context.shopping?.errors ?? []).filter(
    ({ at, count }) => tongue.now - Date.parse(at) < DAY_MS && count >= (threshold ?? 1),
  );
  const [most] = met.sort((a, b) => b.count - a.count);
  if (!most) return null;
  return { words: errorWords(most, nameOf), block: "errors", about: ["errors"] };
}

/** @param {ErrorMet} error @param {Facts["nameOf"]} nameOf */
function errorWords(error, nameOf) {
  return { error: shortened(nameOf(error)), count: error.count };
}

/** @param {ClauseRow} rule @param {Facts} facts @returns {Found|null} */
function quickContact({ threshold }, { context, said, tongue }) {
  const after = context.visit_at ? secondsToContact(context.visit_at, said, tongue.now) : null;
  if (after === null || after > (threshold ?? 0)) return null;
  const words = { after: briefSpan(after, tongue.locale) };
  return { words, block: "visits", about: ["contact"] };
}

/**
 * How long after something the customer wrote; null when they did not, or when it was long ago.
 * @param {string} time
 * @param {string[]} said
 * @param {number} now
 */
function secondsToContact(time, said, now) {
  const from = Date.parse(time);
  const contact = said.map((at) => Date.parse(at)).find((at) => at >= from);
  if (contact === undefined || now - from > LATELY_MS) return null;
  return Math.round((contact - from) / 1000);
}

/** @param {ClauseRow} rule @param {Facts} facts @returns {Found|null} */
function cartFull({ threshold }, { context, tongue }) {
  const cart = context.shopping?.cart;
  if (!cart || cart.lines.length === 0 || cart.total < (threshold ?? 0)) return null;
  if (tongue.now - Date.parse(cart.at) > LATELY_MS) return null;
  const words = { total: money(cart.total, cart.currency, tongue.locale), count: cart.quantity };
  return { words, block: "cart", about: ["cart"] };
}

/** @param {ClauseRow} rule @param {Facts} facts @returns {Found|null} */
function ordered({ threshold }, { context, tongue: { now, locale } }) {
  const order = context.shopping?.order;
  if (!order || now - Date.parse(order.at) > (threshold ?? 0) * DAY_MS) return null;
  const total = money(order.revenue, order.currency, locale);
  return { words: { total, ago: ago(order.at, now, locale) }, block: "order", about: ["order"] };
}

/** @param {ClauseRow} rule @param {Facts} facts @returns {Found|null} */
function renewal({ threshold, trait }, { customer, tongue: { now, locale } }) {
  const date = traitOf(customer, trait);
  if (typeof date !== "string" || !DATE.test(date) || Number.isNaN(Date.parse(date))) return null;
  const days = daysUntil(date, now);
  if (days < 0 || days > (threshold ?? 0)) return null;
  const words = { days, when: relativeDays(date, now, locale), date: shortDate(date, locale) };
  return { words, block: "", key: trait, about: [`trait ${trait}`] };
}

/** @param {ClauseRow} rule @param {Facts} facts @returns {Found|null} */
function repeated({ threshold }, { context, returned, tongue: { now } }) {
  const monday = mondayOf(now);
  const isOfWeek = (/** @type {string} */ at) => Date.parse(at) >= monday;
  const began = context.inquiries?.began ?? [];
  const others = began.filter(isOfWeek).length;
  // Without the beginnings, which may be masked, nothing is counted.
  const count = began.length > 0 ? others + returned.filter(isOfWeek).length : 0;
  if (count < Math.max(1, threshold ?? 1)) return null;
  return { words: { count }, block: others > 1 ? "past" : "conversation", about: ["repeat"] };
}

/** @param {ClauseRow} rule @param {Facts} facts @returns {Found|null} */
function memberData({ trait, value }, { customer, tongue }) {
  const known = traitOf(customer, trait);
  if (known === null) return null;
  const { text, list } = write(known, "", tongue);
  const words = list ? list.join(", ") : text;
  if (!words || (value && value !== words && value !== String(known))) return null;
  return {
    words: { value: shortened(words) },
    block: "",
    key: trait,
    about: [`trait ${trait}`],
  };
}

/** What is masked, by its bare name, is not there. @param {CustomerRow|null} customer @param {string} key @returns {unknown} */
function traitOf(customer, key) {
  const found = customer && valueAt(customer.traits, key);
  const bare = found?.name.replace(/^claimed\./, "") ?? "";
  return found && !Object.hasOwn(customer.masked, bare) ? found.value : null;
}

/** The operator's own Monday. @param {number} now */
function mondayOf(now) {
  const day = new Date(now);
  return new Date(
    day.getFullYear(),
    day.getMonth(),
    day.getDate() - ((day.getDay() + 6) % 7),
  ).getTime();
}

/** @param {string} text */
function shortened(text) {
  const letters = [...text];
  return letters.length > LONGEST_WORD ? `${letters.slice(0, LONGEST_WORD - 1).join("")}…` : text;
}
