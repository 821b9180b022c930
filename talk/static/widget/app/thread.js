// @ts-check
import { olderPlace, unread, unsent } from "../store.js";
import { el, face, icon } from "./dom.js";
import { lines } from "./lines.js";
import { makeLineView } from "./lineview.js";

const NEAR = 80;

/** @typedef {import("../store.js").State} State */
/** @typedef {import("./lineview.js").Shown} Shown */

/**
 * The conversation on screen: a line keeps its element as long as it is there, and what the visitor
 * reads does not move under their eyes.
 * @param {State} state
 * @param {{older: () => void, seen: () => void}} told
 */
export function makeThread(state, told) {
  const opening = el("div", { class: "opening" });
  const list = el("div", { class: "lines" });
  const typing = el("div", { class: "typing", hidden: true });
  const log = el("div", { class: "log", role: "log", tabindex: 0 }, opening, list, typing);
  const jump = el("button", { type: "button", class: "jump", hidden: true, onclick: toEnd });
  /** What becomes of a message stands below it, where nothing is read out. */
  const trouble = el("p", { class: "hidden", "aria-live": "polite" });
  const element = el("main", {}, log, jump, trouble);
  /** @type {Map<string, import("./lineview.js").LineView>} */
  const drawn = new Map();
  let isAtEnd = true;
  let lastTop = 0;
  let newest = "";

  log.addEventListener("scroll", () => {
    const isNear = log.scrollHeight - log.scrollTop - log.clientHeight < NEAR;
    // What grows below moves the end away, not the reader: only they go up.
    isAtEnd = isNear || (isAtEnd && log.scrollTop >= lastTop);
    lastTop = log.scrollTop;
    if (isAtEnd) jump.hidden = true;
    if (isAtEnd) told.seen();
    if (log.scrollTop < NEAR) told.older();
  });
  // A keyboard that opens, or a growing composer, must not hide what was being read.
  new ResizeObserver(() => isAtEnd && toEnd()).observe(log);
  new ResizeObserver(() => isAtEnd && toEnd()).observe(list);

  function toEnd() {
    log.scrollTop = log.scrollHeight;
    jump.hidden = true;
  }

  /**
   * @param {Shown} shown
   * @param {{name: string, greeting: string}} look
   */
  function render(shown, look) {
    const { scrollHeight, scrollTop } = log;
    const made = lines(state);
    const last = made.at(-1)?.key ?? "";
    const isPrepended = last === newest && drawn.size > 0;
    log.setAttribute("aria-label", shown.words.log);
    drawOpening(shown, look);
    place(made, shown);
    drawTyping(shown);
    tellTrouble(shown);
    if (isAtEnd || isOwn(made, last)) toEnd();
    else if (isPrepended) log.scrollTop = scrollTop + log.scrollHeight - scrollHeight;
    else if (last !== newest) showJump(shown);
    newest = last;
    fill();
  }

  /** Fetch until there is something to scroll; a log that nobody sees has no height to fill. */
  function fill() {
    const { clientHeight, scrollHeight } = log;
    if (state.isKnown && clientHeight > 0 && scrollHeight <= clientHeight) told.older();
  }

  /**
   * @param {import("./lines.js").Line[]} made
   * @param {string} last
   */
  function isOwn(made, last) {
    return last !== newest && made.at(-1)?.kind === "unsent";
  }

  /** @param {Shown} shown */
  function showJump({ words }) {
    if (!unread(state).length) return;
    jump.replaceChildren(icon("down"), words.newMessages);
    jump.hidden = false;
  }

  /**
   * @param {import("./lines.js").Line[]} made
   * @param {Shown} shown
   */
  function place(made, shown) {
    const keys = new Set(made.map(({ key }) => key));
    for (const [key, { element }] of drawn) {
      if (keys.has(key)) continue;
      element.remove();
      drawn.delete(key);
    }
    made.forEach((line, index) => {
      const element = elementOf(line, shown);
      const there = list.children[index] ?? null;
      if (there !== element) list.insertBefore(element, there);
    });
  }

  /**
   * @param {import("./lines.js").Line} line
   * @param {Shown} shown
   */
  function elementOf(line, shown) {
    const view = drawn.get(line.key) ?? makeLineView(line.kind);
    drawn.set(line.key, view);
    view.show(line, shown);
    return view.element;
  }

  /**
   * @param {Shown} shown
   * @param {{name: string, greeting: string}} look
   */
  function drawOpening({ words }, { name, greeting }) {
    const more = state.isKnown ? olderPlace(state) : null;
    const isFirst = state.isKnown && !more;
    opening.replaceChildren(
      ...(isFirst
        ? [
            face(name, ""),
            el("bdi", { class: "author" }, name),
            el("p", { class: "body", dir: "auto" }, greeting || words.welcome),
          ]
        : [el("p", { class: "earlier" }, more ? words.earlier : words.syncing)]),
    );
    opening.className = isFirst ? "opening line theirs" : "opening";
  }

  /** @param {Shown} shown */
  function drawTyping({ words }) {
    const text = state.typing ? words.typing(state.typing.name) : "";
    if (text === typing.textContent) return;
    const dots = el("span", { class: "dots", "aria-hidden": "true" }, el("i"), el("i"), el("i"));
    typing.hidden = !text;
    typing.replaceChildren(...(text ? [dots, text] : []));
  }

  /** @param {Shown} shown */
  function tellTrouble({ words }) {
    const text = unsent(state).some(({ progress }) => progress === "failed") ? words.failed : "";
    if (trouble.textContent !== text) trouble.textContent = text;
  }

  return { element, render, toEnd, fill, isAtEnd: () => isAtEnd };
}
