// @ts-check
/** The list of keys, in a dialog. */
import { html } from "/static/vendor/lit.js";
import { DeskElement } from "../element.js";
import { t } from "../i18n/index.js";
import { icon } from "./icons.js";
import { key } from "./parts.js";

/** @type {[string, string[]][]} */
const KEYS = [
  ["keys.next", ["J", "↓"]],
  ["keys.previous", ["K", "↑"]],
  ["keys.open", ["Enter"]],
  ["keys.reply", ["R"]],
  ["keys.note", ["N"]],
  ["keys.resolve", ["E"]],
  ["keys.assign", ["A"]],
  ["keys.label", ["L"]],
  ["keys.snooze", ["S"]],
  ["keys.send", ["Enter"]],
  ["keys.newline", ["Shift + Enter"]],
  ["keys.leave", ["Esc"]],
  ["keys.shortcuts", ["?"]],
];

class KeySheet extends DeskElement {
  render() {
    return html`<dialog class="sheet" aria-labelledby="key-sheet-title">
      <header class="sheet-head">
        <h2 id="key-sheet-title">${t("keys.title")}</h2>
        <form method="dialog">
          <button type="submit" class="icon-button" aria-label=${t("keys.close")}>${icon("close")}</button>
        </form>
      </header>
      <dl class="keys">
        ${KEYS.map(([name, keys]) => html`<div><dt>${t(name)}</dt><dd>${keys.map(key)}</dd></div>`)}
      </dl>
    </dialog>`;
  }

  show() {
    this.querySelector("dialog")?.showModal();
  }
}

customElements.define("key-sheet", KeySheet);
