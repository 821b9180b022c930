// @ts-check
import { STYLE } from "./style.js";

const TALK =
  "M5 4h14a2 2 0 0 1 2 2v9a2 2 0 0 1-2 2h-6l-5 4v-4H5a2 2 0 0 1-2-2V6a2 2 0 0 1 2-2zM8 9h8M8 13h5";
const DOWN = "M6 9l6 6 6-6";
const LOAD_MS = 12_000;

/** @typedef {ReturnType<typeof import("./words.js").wordsFor>} Words */

/**
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {string} name
 * @param {...(Node | string)} children
 */
function make(tag, name, ...children) {
  const element = document.createElement(tag);
  element.className = name;
  element.append(...children);
  return element;
}

/**
 * @param {string} tag
 * @param {string} name
 * @param {string} value
 */
function draw(tag, name, value) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  element.setAttribute(name, value);
  return element;
}

/**
 * Launcher and panel in a shadow tree. The frame inside is made when it is first shown.
 * @param {string} address of the frame's document
 * @param {{toggle: () => void, close: () => void, landed: () => void}} told
 */
export function makePanel(address, told) {
  const badge = make("span", "badge");
  const icon = draw("svg", "viewBox", "0 0 24 24");
  icon.append(draw("path", "d", TALK), draw("path", "d", DOWN));
  const launcher = make("button", "launcher", icon, badge);
  const dots = make("div", "dots", "…");
  const again = make("button", "again");
  const panel = make("div", "panel", make("div", "wait", dots, again));
  const host = document.createElement("sobani-chat");
  const root = host.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(STYLE);
  root.adoptedStyleSheets = [sheet];
  root.append(panel, launcher);
  badge.hidden = panel.hidden = true;
  panel.setAttribute("role", "dialog");
  launcher.onclick = told.toggle;
  again.onclick = drop;
  // Not as an expression: a handler that returns false takes the key from everybody else.
  host.onkeydown = ({ key }) => {
    if (key === "Escape") told.close();
  };

  /** @type {HTMLIFrameElement | null} */
  let frame = null;
  /** @type {Window | null} */
  let loaded = null;
  /** @type {Words} */
  let words;
  /** @type {Element | null} */
  let cameFrom = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let patience;
  let unread = 0;

  function load() {
    if (frame) return;
    const fresh = document.createElement("iframe");
    fresh.onload = () => {
      loaded = fresh.contentWindow;
      told.landed();
    };
    fresh.src = address;
    frame = fresh;
    panel.append(fresh);
    label();
    dots.hidden = false;
    again.hidden = true;
    patience = setTimeout(() => {
      dots.hidden = true;
      again.hidden = false;
    }, LOAD_MS);
  }

  /** Forget the frame and what it shows; an open panel gets a new one, others when they open. */
  function drop() {
    clearTimeout(patience);
    panel.classList.remove("ready");
    frame?.remove();
    frame = loaded = null;
    if (!panel.hidden) load();
  }

  function label() {
    const count = unread ? ` (${words.unread} ${unread})` : "";
    launcher.ariaLabel = panel.hidden ? words.open + count : words.close;
    launcher.ariaExpanded = `${!panel.hidden}`;
    launcher.classList.toggle("open", !panel.hidden);
    panel.ariaLabel = words.chat;
    if (frame) frame.title = words.chat;
    again.textContent = words.again;
  }

  /**
   * @param {string} name
   * @param {string} value
   */
  const style = (name, value) => host.style.setProperty(name, value);

  // A phone's keyboard covers the page instead of resizing it.
  const view = /** @type {VisualViewport} */ (visualViewport);
  view.onresize = view.onscroll = () => {
    style("--tall", `${view.height}px`);
    style("--top", `${view.offsetTop}px`);
  };

  return {
    isOpen: () => !panel.hidden,
    hasFocus: () => document.activeElement === host,
    /** The frame's window, once its document is there: before, it is not the one we speak to. */
    frameWindow: () => loaded,
    attach: () => document.body.append(host),
    load,
    drop,
    ready() {
      clearTimeout(patience);
      panel.classList.add("ready");
    },
    /** @param {boolean} takeFocus false when a page move restores an open panel */
    show(takeFocus) {
      cameFrom = document.activeElement;
      panel.hidden = false;
      load();
      label();
      if (takeFocus) frame?.focus();
    },
    hide() {
      const held = document.activeElement === host;
      panel.hidden = true;
      label();
      if (!held) return;
      launcher.focus();
      // The page's own button opened it: back there. The body takes no focus, so ours keeps it.
      if (cameFrom !== host) /** @type {HTMLElement | null} */ (cameFrom)?.focus?.();
    },
    /** @param {Words} to */
    speak(to) {
      words = to;
      label();
    },
    /**
     * @param {string} fill
     * @param {string} ink
     */
    paint(fill, ink) {
      style("--fill", fill);
      style("--ink", ink);
    },
    /** @param {number} count */
    tally(count) {
      unread = count;
      badge.hidden = !count;
      badge.textContent = count > 99 ? "99+" : `${count}`;
      label();
    },
  };
}
