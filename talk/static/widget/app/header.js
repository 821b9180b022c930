// @ts-check
import { conversations, timeline } from "../store.js";
import { el, face, icon } from "./dom.js";

const QUIET_MS = 1_500;

/** @typedef {import("../store.js").State} State */
/** @typedef {import("./words.js").Words} Words */

/**
 * Who answers, and below it how the connection is: never silent, and not nervous either. A first
 * connection that takes a moment is not news.
 * @param {State} state
 * @param {() => boolean} isLasting whether unsent words outlive the page
 * @param {() => void} close
 */
export function makeHeader(state, isLasting, close) {
  const who = el("div", { class: "who" });
  const button = el("button", { type: "button", class: "close", onclick: close }, icon("close"));
  const element = el("header", { class: "bar" }, who, button);
  // Always there: of a region that is born with its words many screen readers say nothing.
  const status = el("p", { class: "status", role: "status" });
  let shown = "";
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;

  /**
   * @param {Words} words
   * @param {{name: string}} look
   * @param {boolean} isSyncing
   */
  function render(words, look, isSyncing) {
    button.ariaLabel = button.title = words.close;
    const answered = whoHelps();
    const line = answered ? words.helps(answered.author_name) : words.noReply;
    const signature = `${look.name} ${line} ${answered?.author_avatar}`;
    if (signature !== shown) {
      shown = signature;
      who.replaceChildren(
        face(answered?.author_name || look.name, answered?.author_avatar ?? ""),
        el("div", {}, el("h1", { tabindex: -1 }, el("bdi", {}, look.name)), el("p", {}, line)),
      );
    }
    say(trouble(words, isSyncing));
  }

  /** The last to answer, as long as it is not settled. */
  function whoHelps() {
    const now = conversations(state).at(-1);
    if (!now || now.status === "resolved") return undefined;
    const isHelp = (/** @type {import("../store.js").MessageRow} */ row) =>
      row.sender === "operator" && row.conversation_id === now.id;
    return timeline(state).findLast(isHelp);
  }

  /**
   * @param {Words} words
   * @param {boolean} isSyncing
   */
  function trouble(words, isSyncing) {
    const { connection } = state;
    if (connection === "offline" && !isLasting()) return words.offlineHere;
    if (connection !== "live") return words[connection];
    return isSyncing ? words.syncing : "";
  }

  /** @param {string} text */
  function say(text) {
    clearTimeout(timer);
    const isUrgent = state.connection === "offline" || state.connection === "refused";
    if (!text || isUrgent || status.textContent) tell(text);
    else timer = setTimeout(() => tell(text), QUIET_MS);
  }

  /** @param {string} text */
  function tell(text) {
    if (status.textContent !== text) status.textContent = text;
    status.dataset.connection = state.connection;
  }

  return {
    element,
    status,
    render,
    /** Where reading begins, without opening a phone's keyboard. */
    focus: () => who.querySelector("h1")?.focus(),
    stop: () => clearTimeout(timer),
  };
}
