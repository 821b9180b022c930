// @ts-check
import { serverNow } from "../../protocol/clock.js";
import { makeBubble } from "./bubble.js";
import { dayName } from "./dates.js";
import { el } from "./dom.js";

/** @typedef {import("./lines.js").Line} Line */
/**
 * @typedef {object} Shown what the lines of a thread are drawn with
 * @property {import("./words.js").Words} words
 * @property {string} locale
 * @property {(id: string) => Promise<Blob>} content
 * @property {(clientId: string) => void} retry
 * @property {(clientId: string) => void} discard
 */
/** @typedef {{element: HTMLElement, show: (line: any, shown: Shown) => void}} LineView */

/**
 * The view of a line, for as long as there is one of its key.
 * @param {Line["kind"]} kind
 * @returns {LineView}
 */
export function makeLineView(kind) {
  if (kind === "day") return makeDay();
  return kind === "system" ? makeSystem() : makeBubble();
}

/** @returns {LineView} */
function makeDay() {
  const name = el("span");
  return {
    element: el("div", { class: "day", role: "separator" }, name),
    show: ({ at }, { locale, words }) =>
      write(name, dayName(locale, at, words, new Date(serverNow()))),
  };
}

/** @returns {LineView} */
function makeSystem() {
  const element = el("p", { class: "system" });
  return {
    element,
    show(/** @type {Extract<Line, {kind: "system"}>} */ { code }, { words }) {
      write(element, code === "resolved" || code === "reopened" ? words[code] : "");
      element.hidden = !element.textContent;
    },
  };
}

/**
 * @param {Element} element
 * @param {string} text
 */
function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
