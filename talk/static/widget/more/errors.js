// @ts-check
import { safely } from "./globals.js";
import { plain } from "./plain.js";
import { hearRequests } from "./requests.js";

const SCAN_MS = 200;
const MOST = 20; // of one page: who loops must not fill the trail
const FIELDS = "input,textarea,select";
const TYPED = `${FIELDS},script,style,template,[contenteditable]:not([contenteditable=false])`;
const NOISE = /^Script error|ResizeObserver loop/;

/** @typedef {{kind: string, message: string, message_id?: string, selector?: string}} Shown */

/**
 * Tell of what fails in front of the visitor: what the page shows in elements that the inbox names,
 * errors of its scripts, and requests to its own server that are refused.
 * @param {string[]} selectors
 * @param {string} base origin of the chat server
 * @param {(error: Shown) => void} tell
 */
export function hearErrors(selectors, base, tell) {
  let left = MOST;

  /**
   * @param {string} kind
   * @param {string} text
   * @param {object} [more]
   */
  function report(kind, text, more) {
    const message = plain(text, typedValues());
    if (message && left-- > 0) tell({ kind, message, ...more });
  }

  watchShown(selectors.filter(isSelector), report);
  addEventListener("error", ({ message }) => {
    if (message && !NOISE.test(message)) report("script", message);
  });
  addEventListener("unhandledrejection", ({ reason }) => {
    const text = reason?.message ?? reason;
    if (typeof text === "string" && reason?.name !== "AbortError") report("script", text);
  });
  hearRequests(base, (text) => report("request", text));
}

/**
 * An element that is hidden and shown again tells again: they have failed once more.
 * @param {string[]} selectors
 * @param {(kind: string, text: string, more: object) => void} report
 */
function watchShown(selectors, report) {
  if (!selectors.length) return;
  const any = selectors.join(",");
  /** @type {Map<Element, string>} */
  let shown = new Map();
  let isDue = false;

  function scan() {
    isDue = false;
    const before = shown;
    shown = new Map();
    for (const element of document.querySelectorAll(any)) {
      const text = isOutermost(element, any) && isVisible(element) ? textOf(element) : "";
      if (!text) continue;
      shown.set(element, text);
      const selector = selectors.find((one) => element.matches(one)) ?? "";
      if (before.get(element) !== text) report("shown", text, { message_id: element.id, selector });
    }
  }

  const attributes = ["class", "style", "hidden", "role", "aria-hidden", "open"];
  new MutationObserver(() => {
    if (!isDue) setTimeout(() => safely(scan), SCAN_MS);
    isDue = true;
  }).observe(document, {
    subtree: true,
    childList: true,
    characterData: true,
    attributeFilter: attributes,
  });
  safely(scan);
}

/**
 * @param {Element} element
 * @param {string} any
 */
function isOutermost(element, any) {
  return !element.parentElement?.closest(any);
}

/** @param {Element} element */
function isVisible(element) {
  return element.checkVisibility?.({ visibilityProperty: true, opacityProperty: true }) ?? true;
}

/**
 * What is written in it, but not in its fields.
 * @param {Element} element
 */
function textOf(element) {
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  const parts = [];
  while (walker.nextNode()) {
    const node = walker.currentNode;
    if (!node.parentElement?.closest(TYPED)) parts.push(node.nodeValue);
  }
  return parts.join(" ").trim();
}

function typedValues() {
  /** @type {NodeListOf<HTMLInputElement>} */
  const fields = document.querySelectorAll(FIELDS);
  const shown = [...fields].filter(({ type }) => !["submit", "button", "reset"].includes(type));
  return shown.map(({ value }) => value);
}

/** @param {string} selector of an administrator */
function isSelector(selector) {
  try {
    document.createDocumentFragment().querySelector(selector);
    return true;
  } catch {
    console.warn("sobani: not a selector:", selector);
    return false;
  }
}
