// @ts-check
/** What LINE carries besides words and files: a sticker, a card, quick replies. Loaded when asked for. */
import { html, nothing } from "/static/vendor/lit.js";
import { DeskElement } from "../element.js";
import { t } from "../i18n/index.js";
import { icon } from "./icons.js";
import { templateCard } from "./said-parts.js";
import { stickerFigure } from "./sticker-face.js";

/**
 * @import { ConversationRow, QuickReply } from "../../protocol/types.js"
 * @import { IconName } from "./icons.js"
 * @typedef {{kind?: "sticker"|"template", quick_replies?: QuickReply[], [name: string]: any}} Extra
 * @typedef {"sticker"|"quick"|"template"} Tool
 */

/** @type {[Tool, IconName][]} */
const TOOLS = [
  ["sticker", "smile"],
  ["template", "card"],
  ["quick", "press"],
];

/** @type {Record<Tool, () => Promise<unknown>>} */
const LOADERS = {
  sticker: () => import("./sticker-picker.js"),
  quick: () => import("./quick-editor.js"),
  template: () => import("./template-editor.js"),
};

class LineTools extends DeskElement {
  static properties = {
    row: { attribute: false },
    extra: { attribute: false },
    loaded: { state: true },
  };

  constructor() {
    super();
    /** @type {ConversationRow} */
    this.row = /** @type {any} */ (undefined);
    /** @type {Extra} */
    this.extra = {};
    /** @type {Tool[]} */
    this.loaded = [];
    /** @type {(extra: Extra) => void} */
    this.put = () => {};
  }

  render() {
    return html`${TOOLS.map(([tool, name]) => this.#button(tool, name))}
      ${this.#has("sticker") ? html`<sticker-picker .desk=${this.desk} .done=${this.#stuck}></sticker-picker>` : nothing}
      ${this.#has("quick") ? html`<quick-editor .desk=${this.desk} .done=${this.#replied}></quick-editor>` : nothing}
      ${this.#has("template") ? html`<template-editor .desk=${this.desk} .inboxId=${this.row.inbox_id} .done=${this.#carded}></template-editor>` : nothing}`;
  }

  /** @param {Tool} tool */
  #has(tool) {
    return this.loaded.includes(tool);
  }

  /** @param {Tool} tool @param {IconName} name */
  #button(tool, name) {
    const label = t(`line.${tool}`);
    return html`<button type="button" class="icon-button" aria-haspopup="dialog" aria-label=${label} title=${label} @click=${() => this.open(tool)}>${icon(name)}</button>`;
  }

  /** @param {Tool} tool */
  async open(tool) {
    try {
      await LOADERS[tool]();
    } catch {
      this.desk.toasts.say("line.notLoaded", { tone: "bad" });
      return;
    }
    if (!this.#has(tool)) this.loaded = [...this.loaded, tool];
    await this.updateComplete;
    const names = { sticker: "sticker-picker", quick: "quick-editor", template: "template-editor" };
    /** @type {any} */ (this.querySelector(names[tool]))?.show(this.extra);
  }

  #stuck = (/** @type {Extra} */ sticker) => this.#take(sticker);
  #carded = (/** @type {Extra} */ card) => this.#take(card);

  /** One of a kind: what was chosen before goes. @param {Extra} chosen */
  #take(chosen) {
    const { quick_replies } = this.extra;
    this.put({ ...chosen, ...(quick_replies?.length && { quick_replies }) });
  }

  #replied = (/** @type {QuickReply[]} */ replies) => {
    const { quick_replies: _before, ...rest } = this.extra;
    this.put(replies.length > 0 ? { ...rest, quick_replies: replies } : rest);
  };
}

customElements.define("line-tools", LineTools);

/**
 * What will go with the words, above the foot of the composer.
 * @param {Extra} extra
 * @param {{put: (extra: Extra) => void, edit: (tool: Tool) => void}} acts
 */
export function extraStrip(extra, { put, edit }) {
  const { quick_replies = [], ...said } = extra;
  if (!said.kind && quick_replies.length === 0) return nothing;
  const withoutKind = quick_replies.length > 0 ? { quick_replies } : {};
  return html`<div class="extra">
    ${
      said.kind
        ? html`<div class="extra-item">
          ${said.kind === "sticker" ? stickerFigure(/** @type {any} */ (said)) : templateCard(/** @type {any} */ (said))}
          <span class="extra-acts">${changer(() => edit(said.kind === "sticker" ? "sticker" : "template"))}${remover(() => put(withoutKind), t(`line.remove.${said.kind}`))}</span>
        </div>`
        : nothing
    }
    ${
      quick_replies.length > 0
        ? html`<div class="extra-item">
          <ul class="quick-replies" aria-label=${t("said.quickReplies")}>${quick_replies.map(({ label }) => html`<li><bdi>${label}</bdi></li>`)}</ul>
          <span class="extra-acts">${changer(() => edit("quick"))}${remover(() => put(said), t("line.remove.quick"))}</span>
        </div>`
        : nothing
    }
  </div>`;
}

/** @param {() => void} edit */
function changer(edit) {
  const label = t("line.change");
  return html`<button type="button" class="icon-button icon-button-small" aria-label=${label} title=${label} @click=${edit}>${icon("pencil")}</button>`;
}

/** @param {() => void} drop @param {string} label */
function remover(drop, label) {
  return html`<button type="button" class="icon-button icon-button-small" aria-label=${label} title=${label} @click=${drop}>${icon("close")}</button>`;
}
