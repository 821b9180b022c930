// @ts-check
/**
 * What LINE takes of quick replies and templates, told while it is written. The server decides
 * (`integrations/line/outgoing.py`); lengths are counted as there, in code points.
 */

/**
 * @import { QuickReply } from "../../protocol/types.js"
 *
 * @typedef {"answer"|"text"|"uri"|"location"|"camera"|"album"} Doing what a tap on it does
 * @typedef {{doing: Doing, label: string, value: string}} Reply as it is edited
 * @typedef {{doing: "answer"|"text"|"uri", label: string, value: string}} Choice
 * @typedef {{form: "buttons"|"confirm", title: string, text: string, picture: string, alt: string, choices: Choice[]}} Card
 * @typedef {{field: string, why: "empty"|"long"|"address", most: number}} Fault `field` as in the form: `choices.0.label`
 */

export const MOST_REPLIES = 13;
export const MOST_LABEL = 20;
export const MOST_VALUE = 300;
export const MOST_URI = 1000;
export const MOST_TITLE = 40;
export const MOST_ALT = 400;
export const MOST_CHOICES = 4;

/** @type {Doing[]} */
export const DOINGS = ["answer", "text", "uri", "location", "camera", "album"];
/** @type {Choice["doing"][]} */
export const CHOICE_DOINGS = ["answer", "text", "uri"];

/** @param {string} text */
export const lengthOf = (text) => [...text].length;

/** How long the text of a card may be: less beside a title or a picture. @param {Card} card */
export function mostText({ form, title, picture }) {
  if (form === "confirm") return 240;
  return title || picture ? 60 : 160;
}

/** @param {Reply} reply @param {string} at @returns {Fault[]} */
export function replyFaults({ doing, label, value }, at) {
  const most = doing === "uri" ? MOST_URI : MOST_VALUE;
  const needsValue = doing === "text" || doing === "uri";
  const faults = [
    text(`${at}.label`, label, MOST_LABEL, true),
    text(`${at}.value`, value, most, needsValue),
  ].flat();
  if (doing === "uri" && value.trim() && !isAddress(value.trim()))
    faults.push({ field: `${at}.value`, why: "address", most });
  return faults;
}

/** @param {Card} card @returns {Fault[]} */
export function cardFaults(card) {
  const isButtons = card.form === "buttons";
  return [
    ...(isButtons ? text("title", card.title, MOST_TITLE, false) : []),
    ...text("text", card.text, mostText(card), true),
    ...(isButtons ? pictureFaults(card.picture) : []),
    ...text("alt", card.alt, MOST_ALT, false),
    ...card.choices.flatMap((choice, at) => replyFaults(choice, `choices.${at}`)),
  ];
}

/** @param {string} picture @returns {Fault[]} */
function pictureFaults(picture) {
  const isGood = !picture || /^https:\/\/[\x21-\x7e]{3,1992}$/.test(picture);
  return isGood ? [] : [{ field: "picture", why: "address", most: 2000 }];
}

/** @param {string} field @param {string} value @param {number} most @param {boolean} isNeeded @returns {Fault[]} */
function text(field, value, most, isNeeded) {
  if (isNeeded && !value.trim()) return [{ field, why: "empty", most }];
  return lengthOf(value) > most ? [{ field, why: "long", most }] : [];
}

/** @param {string} value */
function isAddress(value) {
  if (!URL.canParse(value)) return false;
  const { protocol, hostname, pathname, username } = new URL(value);
  if (protocol === "https:" || protocol === "http:") return Boolean(hostname) && !username;
  return (protocol === "tel:" || protocol === "line:") && Boolean(hostname || pathname);
}

/** @param {Reply} reply @returns {QuickReply} */
export function toQuickReply({ doing, label, value }) {
  const told = value.trim();
  const named = { label: label.trim() };
  if (doing === "answer") return told ? { ...named, data: told } : named;
  if (doing === "text" || doing === "uri") return { ...named, [doing]: told };
  return { ...named, asks: doing };
}

/** @param {QuickReply} reply @returns {Reply} */
export function fromQuickReply({ label, text: says = "", uri = "", data = "", asks = "" }) {
  if (asks) return { doing: asks, label, value: "" };
  if (uri) return { doing: "uri", label, value: uri };
  return says ? { doing: "text", label, value: says } : { doing: "answer", label, value: data };
}

/**
 * What is said of a card: `alt` stands where LINE shows no cards.
 * @param {Card} card
 */
export function toTemplate(card) {
  const actions = card.choices.map(toAction);
  const isButtons = card.form === "buttons";
  const contents = {
    type: card.form,
    ...(isButtons && card.title.trim() && { title: card.title.trim() }),
    ...(isButtons && card.picture.trim() && { thumbnailImageUrl: card.picture.trim() }),
    text: card.text.trim(),
    actions,
  };
  return { kind: "template", alt: card.alt.trim() || card.text.trim(), contents };
}

/** @param {Choice} choice */
function toAction({ doing, label, value }) {
  const told = value.trim();
  const named = { label: label.trim() };
  if (doing === "text") return { type: "message", ...named, text: told };
  if (doing === "uri") return { type: "uri", ...named, uri: told };
  return { type: "postback", ...named, ...(told && { data: told }) };
}

/** A card as it was, to be changed. @param {Record<string, any>} said @returns {Card} */
export function fromTemplate({ alt, contents }) {
  return {
    form: contents.type,
    title: contents.title ?? "",
    text: contents.text,
    picture: contents.thumbnailImageUrl ?? "",
    alt: alt === contents.text ? "" : alt,
    choices: contents.actions.map(fromAction),
  };
}

/** @param {Record<string, string>} action @returns {Choice} */
function fromAction({ type, label, text: says, uri, data }) {
  if (type === "message") return { doing: "text", label, value: says };
  return type === "uri"
    ? { doing: "uri", label, value: uri }
    : { doing: "answer", label, value: data ?? "" };
}

/** @param {Card["form"]} form @returns {Card} */
export function emptyCard(form) {
  const choice = () => ({ doing: /** @type {const} */ ("answer"), label: "", value: "" });
  const choices = form === "confirm" ? [choice(), choice()] : [choice()];
  return { form, title: "", text: "", picture: "", alt: "", choices };
}
