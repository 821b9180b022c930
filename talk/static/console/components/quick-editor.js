// @ts-check
/** Buttons under a message that vanish when another comes: made, put in order, previewed. */
import { html } from "/static/vendor/lit.js";
import { DeskElement } from "../element.js";
import { t } from "../i18n/index.js";
import {
  DOINGS,
  fromQuickReply,
  MOST_LABEL,
  MOST_REPLIES,
  MOST_URI,
  MOST_VALUE,
  replyFaults,
  toQuickReply,
} from "../line/limits.js";
import { icon } from "./icons.js";
import { countedField, doingField, valueField } from "./line-fields.js";

/** @import { Reply } from "../line/limits.js" */

class QuickEditor extends DeskElement {
  static properties = { replies: { state: true }, isTold: { state: true } };

  constructor() {
    super();
    /** @type {Reply[]} */
    this.replies = [];
    /** Whether faults are told: only once somebody wants to be done. */
    this.isTold = false;
    /** @type {(replies: any[]) => void} */
    this.done = () => {};
  }

  /** @param {import("./line-tools.js").Extra} extra */
  show({ quick_replies = [] }) {
    this.replies = quick_replies.length > 0 ? quick_replies.map(fromQuickReply) : [empty()];
    this.isTold = false;
    this.querySelector("dialog")?.showModal();
  }

  render() {
    const shown = this.replies.filter(({ label }) => label.trim());
    return html`<dialog class="sheet sheet-wide line-sheet" aria-labelledby="quick-title">
      <header class="sheet-head">
        <h2 id="quick-title">${t("line.quick")}</h2>
        <button type="button" class="icon-button" aria-label=${t("dialog.close")} title=${t("dialog.close")} @click=${this.#close}>${icon("close")}</button>
      </header>
      <form class="sheet-form sheet-long" novalidate @submit=${this.#submitted}>
        <p class="sheet-advice">${t("line.quick.advice")}</p>
        <ol class="line-rows">${this.replies.map((reply, at) => this.#row(reply, at))}</ol>
        <button type="button" class="button line-add" ?disabled=${this.replies.length >= MOST_REPLIES} @click=${this.#add}>
          ${icon("plus")}${t("line.quick.add", { count: this.replies.length, most: MOST_REPLIES })}
        </button>
        <section class="line-preview" aria-label=${t("line.preview")}>
          ${shown.length > 0 ? html`<ul class="quick-replies">${shown.map(({ label }) => html`<li><bdi>${label}</bdi></li>`)}</ul>` : html`<p class="menu-none">${t("line.quick.none")}</p>`}
        </section>
        <footer class="sheet-foot">
          <button type="button" class="button" @click=${this.#close}>${t("dialog.cancel")}</button>
          <button type="submit" class="button button-main">${t("line.attach")}</button>
        </footer>
      </form>
    </dialog>`;
  }

  /** @param {Reply} reply @param {number} at */
  #row(reply, at) {
    const faults = this.isTold ? replyFaults(reply, `${at}`) : [];
    const fault = (/** @type {string} */ name) =>
      faults.find(({ field }) => field === `${at}.${name}`);
    const put = (/** @type {Partial<Reply>} */ part) => this.#put(at, { ...reply, ...part });
    return html`<li class="line-row">
      <fieldset>
        <legend>${t("line.quick.number", { number: at + 1 })}</legend>
        ${countedField({ id: `quick-${at}-label`, label: t("line.label"), value: reply.label, most: MOST_LABEL, fault: fault("label"), put: (label) => put({ label }) })}
        ${doingField(`quick-${at}-doing`, reply.doing, DOINGS, (doing) => put({ doing, value: "" }))}
        ${valueField(reply, { id: `quick-${at}-value`, most: reply.doing === "uri" ? MOST_URI : MOST_VALUE, fault: fault("value"), put: (value) => put({ value }) })}
      </fieldset>
      <div class="line-row-acts">
        ${this.#act("up", t("line.up", { number: at + 1 }), at === 0, () => this.#move(at, -1))}
        ${this.#act("down", t("line.down", { number: at + 1 }), at === this.replies.length - 1, () => this.#move(at, 1))}
        ${this.#act("bin", t("line.delete", { number: at + 1 }), false, () => this.#remove(at))}
      </div>
    </li>`;
  }

  /** @param {import("./icons.js").IconName} name @param {string} label @param {boolean} isOff @param {() => void} act */
  #act(name, label, isOff, act) {
    return html`<button type="button" class="icon-button icon-button-small" aria-label=${label} title=${label} ?disabled=${isOff} @click=${act}>${icon(name)}</button>`;
  }

  /** @param {number} at @param {Reply} reply */
  #put(at, reply) {
    this.replies = this.replies.map((each, index) => (index === at ? reply : each));
  }

  #add() {
    this.replies = [...this.replies, empty()];
    this.#focus(`#quick-${this.replies.length - 1}-label`);
  }

  /** @param {number} at @param {number} step */
  #move(at, step) {
    const replies = [...this.replies];
    const [taken] = replies.splice(at, 1);
    replies.splice(at + step, 0, taken);
    this.replies = replies;
    this.#focus(`#quick-${at + step}-label`);
  }

  /** @param {number} at */
  #remove(at) {
    this.replies = this.replies.filter((_, index) => index !== at);
    this.#focus(this.replies.length > 0 ? `#quick-${Math.max(0, at - 1)}-label` : ".line-add");
  }

  /** @param {string} selector */
  #focus(selector) {
    void this.updateComplete.then(() =>
      /** @type {HTMLElement|null} */ (this.querySelector(selector))?.focus(),
    );
  }

  /** @param {SubmitEvent} event */
  #submitted(event) {
    event.preventDefault();
    event.stopPropagation();
    this.isTold = true;
    const isGood = this.replies.every((reply, at) => replyFaults(reply, `${at}`).length === 0);
    if (!isGood) return this.#focus('[aria-invalid="true"]');
    this.done(this.replies.map(toQuickReply));
    return this.#close();
  }

  #close() {
    this.querySelector("dialog")?.close();
  }
}

/** @returns {Reply} */
const empty = () => ({ doing: "answer", label: "", value: "" });

customElements.define("quick-editor", QuickEditor);
